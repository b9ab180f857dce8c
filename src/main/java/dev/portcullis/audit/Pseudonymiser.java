package dev.portcullis.audit;

import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import dev.portcullis.config.crypto.Hkdf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Replaces addresses by pseudonyms, which can't be turned back without the secret (GDPR, article 4(5)). One address has
 * one pseudonym, so that what one client did can still be seen.
 */
public final class Pseudonymiser {
    private static final int BYTES = 8;
    private static final int SHORTEST_SECRET = 16;

    private final byte[] key;

    private Pseudonymiser(Secret secret) {
        this.key = Hkdf.extract(new byte[0], secret.bytes()).key("audit.address");
    }

    /** The values that are replaced. */
    private enum Replaced {
        OFF,
        ADDRESSES
    }

    /** Reads the secret in the section {@code audit}; empty where addresses are written as they are. */
    public static Optional<Secret> readSecret(Section audit) {
        Replaced replaced = audit.basic()
                .choice(
                        "pseudonymise",
                        Replaced.OFF,
                        "what audit events replace by pseudonyms, in the log and in the audit file: addresses, or off");
        Optional<Secret> secret = audit.basic()
                .secret(
                        "pseudonymSecret",
                        "makes the pseudonyms of addresses: the same secret gives the same address the same pseudonym, on every"
                                + " node; at least 16 characters");
        if (replaced == Replaced.OFF) {
            return Optional.empty();
        }
        if (secret.filter(each -> each.reveal().length() >= SHORTEST_SECRET).isEmpty()) {
            audit.problem(
                    "pseudonymSecret",
                    "is missing or shorter than " + SHORTEST_SECRET + " characters",
                    "there are few addresses, so that without a secret each pseudonym could be guessed");
        }
        return secret;
    }

    /** The sink itself where addresses are written as they are. */
    public static Consumer<AuditEvent> before(Consumer<AuditEvent> sink, Optional<Secret> secret) {
        return secret.map(Pseudonymiser::new)
                .<Consumer<AuditEvent>>map(own -> event -> sink.accept(event.withAddress(own::pseudonym)))
                .orElse(sink);
    }

    private String pseudonym(String address) {
        byte[] mac = Hkdf.hmac(key, address.getBytes(StandardCharsets.UTF_8));
        return "p-" + HexFormat.of().formatHex(Arrays.copyOf(mac, BYTES));
    }
}
