# A teaching lab: students are members of a group, and have their accounts made when they first come
c.JupyterHub.authenticator_class = "jupyterhub.auth.PAMAuthenticator"
c.PAMAuthenticator.service = "sshd"
c.PAMAuthenticator.open_sessions = True
c.PAMAuthenticator.admin_groups = {"lecturers", "sudo"}
c.LocalAuthenticator.allowed_groups = {"students", "lecturers"}
c.LocalAuthenticator.create_system_users = True
c.LocalAuthenticator.add_user_cmd = ["adduser", "--disabled-password", "--gecos", "", "--home", "/srv/lab/USERNAME"]
c.LocalAuthenticator.uids = {"ada": 20001}
c.Authenticator.delete_invalid_users = True
c.Authenticator.username_map = {"adalovelace": "ada"}
