# The smallest server there is: answers one request, which makes it ready, and then only sleeps, with next to no memory.
# Without modules, which take eight times as long to load as Perl: what is measured is the hub.
use strict;
use warnings;
my ($AF_INET, $SOCK_STREAM, $SOL_SOCKET, $SO_REUSEADDR) = (2, 1, 1, 2);

my ($host, $port) = $ENV{JUPYTERHUB_SERVICE_URL} =~ m{//([^:/]+):(\d+)};
socket my $server, $AF_INET, $SOCK_STREAM, 0 or die "no socket: $!";
setsockopt $server, $SOL_SOCKET, $SO_REUSEADDR, pack 'l', 1 or die "cannot reuse the address: $!";
bind $server, pack 'S n C4 x8', $AF_INET, $port, split /[.]/, $host or die "cannot bind: $!";
listen $server, 5 or die "cannot listen: $!";
accept my $visitor, $server or die "cannot accept: $!";
sysread $visitor, my $request, 65536;
syswrite $visitor, "HTTP/1.1 200 OK\r\nX-JupyterHub-Version: 6.0.0\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
close $visitor;
exec 'sleep', 'infinity';
