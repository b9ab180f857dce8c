package dev.portcullis.app.config;

import dev.portcullis.archive.ArchiveConfig;
import dev.portcullis.auth.session.CredentialSource;
import dev.portcullis.broadcast.moderation.ModerationConfig.OnFailure;
import dev.portcullis.bus.Stage;
import dev.portcullis.config.HostPort;
import dev.portcullis.edge.api.AuthCookies;
import dev.portcullis.http.AddressRange;
import dev.portcullis.http.CsrfConfig;
import dev.portcullis.http.OriginConfig;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.store.StoreConfig.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The openings that a configuration leaves to attackers, for {@code config check} and the startup banner. */
public record ExposureWarnings(List<Opening> openings) {
    /**
     * One exposure.
     *
     * @param key the configuration key that closes it
     */
    public record Opening(String what, String key) {}

    public ExposureWarnings {
        openings = List.copyOf(openings);
    }

    public static ExposureWarnings of(NodeConfig config) {
        List<Opening> found = new ArrayList<>();
        if (config.runs(Stage.EDGE)) {
            add(found, !config.tls().required(), "no TLS needed", "tls.required");
            add(found, config.origin().missing() == OriginConfig.Missing.ALLOW, "no Origin needed", "origin.missing");
            add(found, config.http().pages(), "the demo at / and the reference", "http.pages");
            add(found, config.auth().accepts(CredentialSource.QUERY), "tokens in URLs", "auth.accept");
            add(
                    found,
                    config.auth().accepts(CredentialSource.COOKIE)
                            && config.csrf().require() == CsrfConfig.Require.NEVER,
                    "cookies without CSRF tokens",
                    "csrf.require");
            add(
                    found,
                    config.auth().accepts(CredentialSource.COOKIE)
                            && !config.auth().cookieName().startsWith(AuthCookies.OF_THIS_HOST),
                    "a cookie that sibling domains can set",
                    "auth.cookieName");
            add(
                    found,
                    AddressRange.coverAll(config.http().trustedProxies()),
                    "anybody's X-Forwarded-For",
                    "http.trustedProxies");
        }
        add(found, isAdminExposed(config), "operators in plain HTTP beyond this machine", "admin.host");
        add(
                found,
                config.auth().tokens().issuers().stream()
                        .flatMap(issuer -> issuer.secret().stream())
                        .anyMatch(SecretSettings::isPublished),
                "a dev-only secret",
                "auth.issuers");
        add(
                found,
                config.accounts().secret().filter(SecretSettings::isPublished).isPresent(),
                "a dev-only secret of accounts",
                "accounts.secret");
        add(
                found,
                config.admin().apiKey().filter(SecretSettings::isPublished).isPresent(),
                "a dev-only API key",
                "admin.apiKey");
        add(found, config.auth().demoLogin(), "tokens for anyone", "auth.demoLogin");
        add(found, !config.ratelimit().enabled(), "no limits", "ratelimit.enabled");
        add(found, config.ratelimit().observesAny(), "limits that only observe", "ratelimit.mode");
        add(
                found,
                config.broadcast()
                        .moderation()
                        .filter(hook -> hook.onFailure() == OnFailure.OPEN)
                        .isPresent(),
                "messages that no moderation saw while its service is down",
                "content.hook.onFailure");
        add(found, !config.rooms().open().isEmpty(), "public rooms (" + publicRooms(config) + ")", "rooms.public");
        if (config.store().kind() == Kind.EMBEDDED) {
            add(found, config.store().path().isEmpty(), "a store that is deleted at the end", "store.path");
            add(found, !config.store().fsync(), "acks before the disk has them", "store.fsync");
        }
        add(found, config.usesRedis() && config.redis().isPlaintextRemote(), "Redis in plain text", "store.redis.uri");
        add(
                found,
                config.archive().kind() == ArchiveConfig.Kind.POSTGRES
                        && config.postgres().isPlaintextRemote(),
                "PostgreSQL in plain text",
                "archive.postgres.uri");
        add(
                found,
                config.cluster().enabled() && config.cluster().reachesBeyondThisMachine(),
                "Hazelcast to anyone who reaches cluster.port",
                "cluster.trustedNetwork");
        return new ExposureWarnings(found);
    }

    /** The admin listener has no TLS, so tokens and the API key can be read on the network (CWE-319). */
    private static boolean isAdminExposed(NodeConfig config) {
        return !HostPort.isLoopback(config.admin().host());
    }

    public List<String> descriptions() {
        return openings.stream().map(Opening::what).toList();
    }

    private static String publicRooms(NodeConfig config) {
        return config.rooms().open().stream().map(RoomId::value).sorted().collect(Collectors.joining(", "));
    }

    private static void add(List<Opening> found, boolean open, String what, String key) {
        if (open) {
            found.add(new Opening(what, key));
        }
    }
}
