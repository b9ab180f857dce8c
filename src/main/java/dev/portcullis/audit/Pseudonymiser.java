package dev.portcullis.audit;

import dev.portcullis.config.Secret;
import dev.portcullis.config.crypto.Hkdf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Replaces addresses by pseudonyms, which can't be turned back without the secret (GDPR, article 4(5)). One address has
 * one pseudonym, so that what one client did can still be seen.
 */
public final class Pseudonymiser implements AuditSink {
    private static final int BYTES = 8;

    private final byte[] key;
    private final AuditSink sink;

    Pseudonymiser(Secret secret, AuditSink sink) {
        this.key = Hkdf.extract(new byte[0], secret.bytes()).key("audit.address");
        this.sink = sink;
    }

    /** The sink itself where addresses are written as they are. */
    public static AuditSink before(AuditSink sink, PseudonymConfig config) {
        return config.secret()
                .<AuditSink>map(secret -> new Pseudonymiser(secret, sink))
                .orElse(sink);
    }

    @Override
    public void write(AuditEvent event) {
        sink.write(event.withAddress(this::pseudonym));
    }

    private String pseudonym(String address) {
        byte[] mac = Hkdf.hmac(key, address.getBytes(StandardCharsets.UTF_8));
        return "p-" + HexFormat.of().formatHex(Arrays.copyOf(mac, BYTES));
    }
}
