# The smallest server there is: answers one request, which makes it ready, and then only sleeps, with next to no memory.
use strict;
use warnings;
use IO::Socket::INET;

my ($host, $port) = $ENV{JUPYTERHUB_SERVICE_URL} =~ m{//([^:/]+):(\d+)};
my $server = IO::Socket::INET->new(LocalAddr => $host, LocalPort => $port, Listen => 5, ReuseAddr => 1) or die "cannot listen: $!";
my $visitor = $server->accept;
sysread $visitor, my $request, 65536;
print $visitor "HTTP/1.1 200 OK\r\nX-JupyterHub-Version: 6.0.0\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
close $visitor;
exec 'sleep', 'infinity';
