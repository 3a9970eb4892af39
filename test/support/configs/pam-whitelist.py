# A config of the years before JupyterHub 1.2, which reads its people from a file beside it
import os

c.JupyterHub.admin_access = True
c.JupyterHub.admin_users = admin = set()
c.Authenticator.whitelist = whitelist = set()
c.LocalAuthenticator.group_whitelist = {"users"}
c.Authenticator.blacklist = {"guest"}

pwd = os.path.dirname(__file__)
with open(os.path.join(pwd, "userlist")) as f:
    for line in f:
        if not line.strip():
            continue
        parts = line.split()
        name = parts[0]
        whitelist.add(name)
        if len(parts) > 1 and parts[1] == "admin":
            admin.add(name)
