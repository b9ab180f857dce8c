package dev.portcullis.client.selfaudit.attack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The greeting of a TLS client that offers what the JDK itself no longer can: old versions and weak suites (RFC 8996, RFC 7525).
 *
 * @param version of the protocol, such as 0x0301 for TLS 1.0
 * @param suites the numbers of the cipher suites
 */
public record ClientHello(int version, List<Integer> suites) {
    public static final int TLS_1_0 = 0x0301;
    public static final int TLS_1_1 = 0x0302;
    public static final int TLS_1_2 = 0x0303;

    /** Suites of IANA's registry that give no forward secrecy, no authentication or no confidentiality. */
    public static final Map<Integer, String> WEAK = Map.ofEntries(
            Map.entry(0x0001, "RSA_WITH_NULL_MD5"),
            Map.entry(0x0002, "RSA_WITH_NULL_SHA"),
            Map.entry(0x0004, "RSA_WITH_RC4_128_MD5"),
            Map.entry(0x0005, "RSA_WITH_RC4_128_SHA"),
            Map.entry(0x0009, "RSA_WITH_DES_CBC_SHA"),
            Map.entry(0x000A, "RSA_WITH_3DES_EDE_CBC_SHA"),
            Map.entry(0x0034, "DH_anon_WITH_AES_128_CBC_SHA"),
            Map.entry(0x002F, "RSA_WITH_AES_128_CBC_SHA"),
            Map.entry(0x0035, "RSA_WITH_AES_256_CBC_SHA"),
            Map.entry(0x003C, "RSA_WITH_AES_128_CBC_SHA256"),
            Map.entry(0x009C, "RSA_WITH_AES_128_GCM_SHA256"),
            Map.entry(0x009D, "RSA_WITH_AES_256_GCM_SHA384"),
            Map.entry(0x0016, "DHE_RSA_WITH_3DES_EDE_CBC_SHA"),
            Map.entry(0x0018, "DH_anon_WITH_RC4_128_MD5"),
            Map.entry(0x001B, "DH_anon_WITH_3DES_EDE_CBC_SHA"),
            Map.entry(0x003B, "RSA_WITH_NULL_SHA256"),
            Map.entry(0x003D, "RSA_WITH_AES_256_CBC_SHA256"),
            Map.entry(0x00A6, "DH_anon_WITH_AES_128_GCM_SHA256"),
            Map.entry(0xC006, "ECDHE_ECDSA_WITH_NULL_SHA"),
            Map.entry(0xC007, "ECDHE_ECDSA_WITH_RC4_128_SHA"),
            Map.entry(0xC008, "ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA"),
            Map.entry(0xC010, "ECDHE_RSA_WITH_NULL_SHA"),
            Map.entry(0xC011, "ECDHE_RSA_WITH_RC4_128_SHA"),
            Map.entry(0xC012, "ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"),
            Map.entry(0xC018, "ECDH_anon_WITH_AES_128_CBC_SHA"));

    /** Suites that an old client has, and some of which each old server knows. */
    public static final List<Integer> OLD =
            List.of(0xC013, 0xC014, 0xC009, 0xC00A, 0x002F, 0x0035, 0x000A, 0x0005, 0x0033, 0x0039);

    private static final int HANDSHAKE = 22;
    private static final int ALERT = 21;
    private static final int WARNING = 1;
    private static final int MOST_WARNINGS = 5;

    /** Version, length, level and description. */
    private static final int REST_OF_ALERT = 6;

    private static final int SERVER_HELLO = 2;
    private static final int RANDOM_BYTES = 32;

    /** Record and handshake header behind the first byte, version, random, and the length of the session's id. */
    private static final int AFTER_TYPE = 4 + 4 + 2 + RANDOM_BYTES + 1;

    public ClientHello {
        suites = List.copyOf(suites);
    }

    /** @param suite the number of the suite that the server chose */
    public record Chosen(int version, int suite) {}

    /** What the server chooses of the offer; empty if it refuses, by an alert or by the end of the connection. */
    public Optional<Chosen> offerTo(AuditTarget target) throws IOException {
        try (RawSocket socket = target.withoutTls()) {
            socket.write(bytes(target.server().host()));
            for (int warnings = 0; warnings < MOST_WARNINGS; warnings++) {
                byte[] type = socket.some(1);
                if (type.length == 0) {
                    return Optional.empty();
                }
                if (type[0] == HANDSHAKE) {
                    return chosen(socket);
                }
                byte[] alert = socket.some(REST_OF_ALERT);
                if (type[0] != ALERT || alert.length < REST_OF_ALERT) {
                    throw new IOException("the answer is no TLS");
                }
                if (alert[REST_OF_ALERT - 2]
                        != WARNING) { // such as one about the name, behind which the handshake goes on
                    return Optional.empty();
                }
            }
            throw new IOException("the server sends nothing but alerts");
        }
    }

    private static Optional<Chosen> chosen(RawSocket socket) throws IOException {
        byte[] answer = socket.some(AFTER_TYPE);
        if (answer.length < AFTER_TYPE || answer[4] != SERVER_HELLO) {
            throw new IOException("the answer is no greeting of TLS");
        }
        byte[] suite = socket.some((answer[AFTER_TYPE - 1] & 0xFF) + 2);
        int chosen = suite.length < 2 ? 0 : ((suite[suite.length - 2] & 0xFF) << 8) | (suite[suite.length - 1] & 0xFF);
        return Optional.of(new Chosen(((answer[8] & 0xFF) << 8) | (answer[9] & 0xFF), chosen));
    }

    private byte[] bytes(String host) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        two(body, version);
        body.writeBytes(new byte[RANDOM_BYTES]); // no key is made of it
        body.write(0);
        two(body, suites.size() * 2);
        suites.forEach(suite -> two(body, suite));
        body.write(1);
        body.write(0);
        byte[] extensions = extensions(host);
        two(body, extensions.length);
        body.writeBytes(extensions);
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        record.write(HANDSHAKE);
        two(record, TLS_1_0);
        two(record, body.size() + 4);
        record.write(1);
        record.write(0);
        two(record, body.size());
        record.writeBytes(body.toByteArray());
        return record.toByteArray();
    }

    private static byte[] extensions(String host) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        if (!host.matches("[0-9.]+|.*:.*")) { // RFC 6066 section 3: an address is no name
            byte[] name = host.getBytes(StandardCharsets.US_ASCII);
            two(all, 0);
            two(all, name.length + 5);
            two(all, name.length + 3);
            all.write(0);
            two(all, name.length);
            all.writeBytes(name);
        }
        all.writeBytes(new byte[] {0, 10, 0, 10, 0, 8, 0, 29, 0, 23, 0, 24, 0, 25}); // x25519, P-256, 384, 521
        all.writeBytes(new byte[] {0, 11, 0, 2, 1, 0}); // points uncompressed
        all.writeBytes(new byte[] {0, 13, 0, 14, 0, 12, 4, 1, 4, 3, 5, 1, 5, 3, 2, 1, 2, 3}); // signatures, SHA-1 too
        return all.toByteArray();
    }

    private static void two(ByteArrayOutputStream out, int value) {
        out.write(value >> 8);
        out.write(value);
    }
}
