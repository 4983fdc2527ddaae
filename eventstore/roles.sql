-- The roles of design 4.8, made once per server by a superuser; running it again changes nothing.
-- `taizhang_login` may only SET ROLE to app, projector and auditor: NOINHERIT means that it can
-- do nothing at all before it has chosen one of them.
DO $$
DECLARE
    role_name text;
BEGIN
    -- Two installations may start at the same time on one server.
    PERFORM pg_advisory_xact_lock(778201);
    FOREACH role_name IN ARRAY ARRAY['owner', 'app', 'projector', 'auditor'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'taizhang_' || role_name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', 'taizhang_' || role_name);
        END IF;
    END LOOP;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'taizhang_migrator') THEN
        CREATE ROLE taizhang_migrator LOGIN NOINHERIT;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'taizhang_login') THEN
        CREATE ROLE taizhang_login LOGIN NOINHERIT;
    END IF;
    -- Rebuilds and the engine see every organisation; pages do not (design 4.8, 4.10).
    ALTER ROLE taizhang_projector BYPASSRLS;
    GRANT taizhang_owner TO taizhang_migrator;
    GRANT taizhang_app, taizhang_projector, taizhang_auditor TO taizhang_login;
END
$$;
