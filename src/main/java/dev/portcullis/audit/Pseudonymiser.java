package dev.portcullis.audit;

import dev.portcullis.config.Secret;
import dev.portcullis.config.crypto.Hkdf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * Replaces addresses by pseudonyms, which can't be turned back without the secret (GDPR, article 4(5)). One address has
 * one pseudonym, so that what one client did can still be seen.
 */
public final class Pseudonymiser {
    private static final int BYTES = 8;

    private final byte[] key;

    private Pseudonymiser(Secret secret) {
        this.key = Hkdf.extract(new byte[0], secret.bytes()).key("audit.address");
    }

    /** The sink itself where addresses are written as they are. */
    public static Consumer<AuditEvent> before(Consumer<AuditEvent> sink, PseudonymConfig config) {
        return config.secret()
                .map(Pseudonymiser::new)
                .<Consumer<AuditEvent>>map(own -> event -> sink.accept(event.withAddress(own::pseudonym)))
                .orElse(sink);
    }

    private String pseudonym(String address) {
        byte[] mac = Hkdf.hmac(key, address.getBytes(StandardCharsets.UTF_8));
        return "p-" + HexFormat.of().formatHex(Arrays.copyOf(mac, BYTES));
    }
}
