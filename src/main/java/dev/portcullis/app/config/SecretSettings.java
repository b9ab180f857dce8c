package dev.portcullis.app.config;

import dev.portcullis.auth.token.IssuerConfig;
import dev.portcullis.broadcast.moderation.ModerationConfig;
import dev.portcullis.config.Secret;
import dev.portcullis.config.SecretStrength;
import dev.portcullis.config.Section;
import dev.portcullis.hooks.HooksConfig;
import dev.portcullis.hooks.WebhookConfig;
import dev.portcullis.rooms.authorizer.AuthorizerConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Refuses secrets that can be guessed. Each section demands the length that its secret needs; this is the same for all. */
final class SecretSettings {
    /** Begins the secret of {@code conf/dev.json}. */
    private static final String PUBLISHED = "dev-only-";

    private static final String FIX = "make one of your own: openssl rand -base64 48";

    private final NodeConfig config;

    SecretSettings(NodeConfig config) {
        this.config = config;
    }

    /** Whether anyone can sign with it, because it is printed in {@code conf/dev.json}. */
    static boolean isPublished(Secret secret) {
        return secret.reveal().startsWith(PUBLISHED);
    }

    /** A node for development is reached from this machine only, and may have secrets that everyone knows (CWE-798). */
    void check(Section root) {
        if (!config.dev()) {
            all().forEach((name, secret) -> defectOf(secret).ifPresent(what -> root.problem(name, what, FIX)));
        }
    }

    /** An empty one is a problem that was told already. */
    private static Optional<String> defectOf(Secret secret) {
        if (secret.reveal().isEmpty()) {
            return Optional.empty();
        }
        return isPublished(secret)
                ? Optional.of("is published with the source, and dev is not true")
                : SecretStrength.weaknessOf(secret).map(what -> what + ", and dev is not true");
    }

    /**
     * The secrets that sign, verify or open something at this node. Passwords of other systems are judged by those systems.
     */
    private Map<String, Secret> all() {
        Map<String, Secret> secrets = new LinkedHashMap<>();
        List<IssuerConfig> issuers = config.auth().tokens().issuers();
        for (int i = 0; i < issuers.size(); i++) {
            put(secrets, "auth.issuers[" + i + "].secret", issuers.get(i).secret());
        }
        put(secrets, "accounts.secret", config.accounts().secret());
        put(secrets, "admin.apiKey", config.admin().apiKey());
        put(secrets, "audit.pseudonymSecret", config.pseudonymSecret());
        put(
                secrets,
                "hooks.http.secret",
                config.hooks().flatMap(HooksConfig::http).map(WebhookConfig::secret));
        put(secrets, "rooms.authorizer.http.secret", config.rooms().authorizer().flatMap(AuthorizerConfig::secret));
        put(secrets, "direct.hook.secret", config.direct().hook().flatMap(AuthorizerConfig::secret));
        put(secrets, "content.hook.secret", config.broadcast().moderation().flatMap(ModerationConfig::secret));
        return secrets;
    }

    private static void put(Map<String, Secret> secrets, String name, Optional<Secret> secret) {
        secret.ifPresent(given -> secrets.put(name, given));
    }
}
