"""Makes a database as JupyterHub 3.0.0 makes it, with one of everything, by JupyterHub's own code; or as 2.x left it, or 5.x would.

usage: hub-database.py URL 651f5419b74d|833da8570507|4621fec11365
Prints as JSON what only its maker knows: the tokens in clear, and the value of ada's login cookie.
"""
import json
import logging
import sys
from datetime import datetime

from jupyterhub import orm, roles
from jupyterhub.utils import hash_token
from sqlalchemy import text

url, revision = sys.argv[1:]
logging.getLogger('alembic').setLevel(logging.WARNING)
db = orm.new_session_factory(url)()
db.add(orm.OAuthClient(identifier='jupyterhub', secret='', redirect_uri='', description='JupyterHub'))
for role in roles.get_default_roles():
    roles.create_role(db, role)
roles.create_role(db, {'name': 'reader', 'description': 'Bücher', 'scopes': ['read:users', 'list:users']})

users = {}
for name in ('ada', 'bob', 'ünï'):
    users[name] = orm.User(name=name, admin=name == 'ada', created=datetime(2024, 2, 29, 12, 0, 0, 123456))
    db.add(users[name])
ada, bob = users['ada'], users['bob']
ada.last_activity = datetime(2025, 1, 2, 3, 4, 5)
ada.encrypted_auth_state = b'gAAAA-not-really'
db.add(orm.Group(name='red', users=[ada, bob], roles=[orm.Role.find(db, 'reader')]))
service = orm.Service(name='board', admin=False)
db.add(service)
db.commit()
for user in users.values():
    roles.grant_role(db, user, orm.Role.find(db, 'admin' if user.admin else 'user'))

server = orm.Server(proto='http', ip='127.0.0.1', port=5432, base_url='/user/ada/', cookie_name='cookie')
client = orm.OAuthClient(identifier='jupyterhub-user-ada', secret='', redirect_uri='/user/ada/oauth_callback', description='Server at /user/ada/')
board = orm.OAuthClient(identifier='service-board', secret='x', redirect_uri='/services/board/oauth_callback', description='board', allowed_scopes=['access:services!service=board'])
db.add_all([server, client, board])
db.add(orm.Spawner(name='', user=ada, server=server, oauth_client=client, state={'pid': 4711}, user_options={'größe': b'\x00\xff'}, started=datetime(2025, 1, 2)))
db.add(orm.Spawner(name='lab', user=bob, state={}))
service.oauth_client = board
db.commit()

tokens = {
    'ada': ada.new_api_token(note='from the page'),
    'bob': bob.new_api_token(note='narrow', scopes=['read:users:name!user']),
    'configured': orm.APIToken.new(token='a-token-of-the-config-0123', user=bob, generated=False, note='from config'),
    'board': service.new_api_token(),
    'expired': bob.new_api_token(expires_in=-60),
}
orm.APIToken.new(user=ada, client_id='jupyterhub-user-ada', session_id='s1', scopes=['access:servers!server=ada/'])
db.add(orm.OAuthCode(client_id='service-board', code='c0de', expires_at=1, user=ada, redirect_uri='/', scopes=['self']))
db.commit()

# 2.x had roles where 3.0 has scopes
if revision == '833da8570507':
    def roles_of(holders):
        names = {role.name: role.id for role in db.query(orm.Role)}
        return [(holder.id, names[name]) for holder in holders for name in given(holder)]

    def given(holder):
        if isinstance(holder, orm.OAuthClient):
            return {'jupyterhub-user-ada': ['server'], 'service-board': ['reader', 'user']}.get(holder.identifier, [])
        return {'narrow': ['reader', 'user'], 'from config': []}.get(holder.note, ['token'])

    maps = {'api_token': roles_of(db.query(orm.APIToken)), 'oauth_client': roles_of(db.query(orm.OAuthClient)), 'oauth_code': []}
    for kind, pairs in maps.items():
        db.execute(text(f'''CREATE TABLE {kind}_role_map (
            {kind}_id INTEGER NOT NULL, role_id INTEGER NOT NULL, PRIMARY KEY ({kind}_id, role_id),
            FOREIGN KEY ({kind}_id) REFERENCES {kind}s (id) ON DELETE CASCADE, FOREIGN KEY (role_id) REFERENCES roles (id) ON DELETE CASCADE)'''))
        for holder, role in pairs:
            db.execute(text(f'INSERT INTO {kind}_role_map VALUES (:holder, :role)'), {'holder': holder, 'role': role})
    for table, column in (('api_tokens', 'scopes'), ('oauth_clients', 'allowed_scopes'), ('oauth_codes', 'scopes')):
        db.execute(text(f'ALTER TABLE {table} DROP COLUMN {column}'))
    db.execute(text(f"UPDATE alembic_version SET version_num = '{revision}'"))
    db.commit()

# what 5.x has beyond 3.0 (SQLite)
if revision == '4621fec11365':
    for table, columns in {
        'groups': ['properties TEXT'],
        'services': ['from_config BOOLEAN', 'url VARCHAR(2047)', 'oauth_client_allowed_scopes TEXT', 'info TEXT', 'display BOOLEAN', 'oauth_no_confirm BOOLEAN',
                     'command TEXT', 'cwd VARCHAR(2047)', 'environment TEXT', '"user" VARCHAR(255)'],
        **{table: ['managed_by_auth BOOLEAN DEFAULT 0 NOT NULL'] for table in ('roles', 'user_role_map', 'group_role_map', 'service_role_map')},
    }.items():
        for column in columns:
            db.execute(text(f'ALTER TABLE {table} ADD COLUMN {column}'))
    common = '''id INTEGER NOT NULL, owner_id INTEGER REFERENCES users (id) ON DELETE CASCADE, spawner_id INTEGER REFERENCES spawners (id) ON DELETE CASCADE,
        created_at DATETIME NOT NULL, expires_at DATETIME, scopes TEXT, PRIMARY KEY (id)'''
    db.execute(text(f'''CREATE TABLE shares (user_id INTEGER REFERENCES users (id) ON DELETE CASCADE, group_id INTEGER REFERENCES groups (id) ON DELETE CASCADE, {common})'''))
    db.execute(text(f'''CREATE TABLE share_codes (hashed VARCHAR(255) UNIQUE, prefix VARCHAR(16), exchange_count INTEGER, last_exchanged_at DATETIME, {common})'''))
    db.execute(text('''UPDATE groups SET properties = '{"colour": "red"}' '''))
    scopes = json.dumps(['access:servers!server=ada/'])
    db.execute(text('''INSERT INTO shares (user_id, owner_id, spawner_id, created_at, scopes) VALUES (2, 1, 1, '2025-01-02 03:04:05.123456', :scopes)'''), {'scopes': scopes})
    code = hash_token('a-share-code-of-32-bytes', rounds=1, salt=8, algorithm='sha512')
    db.execute(text('''INSERT INTO share_codes (hashed, prefix, exchange_count, owner_id, spawner_id, created_at, expires_at, scopes)
        VALUES (:code, 'a-sh', 2, 1, 1, '2025-01-02 03:04:05.123456', '2099-01-01 00:00:00.000000', :scopes)'''), {'code': code, 'scopes': scopes})
    db.execute(text('''INSERT INTO services (name, admin, from_config, url, display, command, info, "user")
        VALUES ('made-by-the-api', 0, 0, 'http://127.0.0.1:9', 1, '[]', '{"team": "ops"}', NULL)'''))
    db.execute(text(f"UPDATE alembic_version SET version_num = '{revision}'"))
    db.commit()

print(json.dumps({'tokens': tokens, 'cookie_id': ada.cookie_id}))
