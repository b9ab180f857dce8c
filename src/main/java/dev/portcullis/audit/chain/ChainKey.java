package dev.portcullis.audit.chain;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.portcullis.config.crypto.Base64Url;
import dev.portcullis.config.crypto.Hkdf;
import dev.portcullis.config.crypto.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Ed25519 key that signs the checkpoints of a chain (RFC 8032). */
public final class ChainKey {
    private static final String ALGORITHM = "Ed25519";
    private static final String PRIVATE_FILE = "audit.key";
    private static final String PUBLIC_FILE = "audit.pub";
    private static final int ID_LENGTH = 16;
    private static final int MOST_BYTES = 65_536;
    private static final Pattern PRIVATE =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]++)-----END PRIVATE KEY-----");

    private final PrivateKey secret;
    private final PublicKey publicKey;
    private final Hkdf lines;

    /**
     * Marks the lines of this node: an HMAC-SHA256 over each, with a key that only this node has. A signature covers the lines
     * before a checkpoint; without this field, a line behind the last one could be from anyone.
     */
    static final class LineMac {
        private static final byte[] FIELD = ",\"mac\":\"".getBytes(US_ASCII);
        private static final int BYTES = 16;
        private static final int DIGITS = 22;
        private static final int LENGTH = FIELD.length + DIGITS + 1;

        private final byte[] key;

        LineMac(byte[] key) {
            this.key = key.clone();
        }

        /** @param body the bytes of the line before this field */
        String of(byte[] body) {
            return Base64Url.encode(Arrays.copyOf(Hkdf.hmac(key, body), BYTES));
        }

        /** Whether an intact line, without its line break, was written with this key. */
        boolean isOf(byte[] line) {
            int at = line.length - ChainLine.TAIL - LENGTH;
            if (at < 0 || !Arrays.equals(line, at, at + FIELD.length, FIELD, 0, FIELD.length)) {
                return false;
            }
            byte[] found = Arrays.copyOfRange(line, at + FIELD.length, at + FIELD.length + DIGITS);
            return MessageDigest.isEqual(of(Arrays.copyOf(line, at)).getBytes(US_ASCII), found);
        }
    }

    private ChainKey(PrivateKey secret) throws GeneralSecurityException {
        byte[] seed = secret instanceof EdECPrivateKey edwards
                ? edwards.getBytes().orElseThrow(() -> new GeneralSecurityException("the key can't be read"))
                : new byte[0];
        this.secret = secret;
        this.publicKey = publicKeyOf(seed);
        this.lines = Hkdf.extract(new byte[0], seed);
    }

    /** Empty if the text has no Ed25519 key in PKCS #8. */
    public static Optional<ChainKey> read(String pem) {
        Matcher found = PRIVATE.matcher(pem);
        if (!found.find()) {
            return Optional.empty();
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(found.group(1));
            PrivateKey secret = KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(der));
            ChainKey key = new ChainKey(secret);
            return verify(key.publicKey, ALGORITHM, key.sign(ALGORITHM)) ? Optional.of(key) : Optional.empty();
        } catch (GeneralSecurityException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    /** The key of this folder, which is made where there is none. */
    static ChainKey inFolder(Path folder) throws IOException {
        Path file = folder.resolve(PRIVATE_FILE);
        if (!Files.exists(file)) {
            writePrivately(file, "PRIVATE KEY", generate().getPrivate().getEncoded());
        }
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException("the file " + PRIVATE_FILE + " is no key");
        }
        return read(Files.readString(file, US_ASCII))
                .orElseThrow(() -> new IOException("the file " + PRIVATE_FILE + " holds no Ed25519 key in PKCS #8"));
    }

    /** Leaves the public key beside the files, for auditors to take away. A full disk does not matter if it is there. */
    void writePublicKey(Path folder) throws IOException {
        if (hasPublicKey(folder.resolve(PUBLIC_FILE))) {
            return;
        }
        Path fresh = folder.resolve(PUBLIC_FILE + ".new");
        Files.deleteIfExists(fresh);
        Path written = Files.writeString(
                fresh, pem("PUBLIC KEY", publicKey.getEncoded()), US_ASCII, StandardOpenOption.CREATE_NEW);
        Path unused = Files.move( // replaces a link, and does not write where it leads (CWE-59)
                written,
                folder.resolve(PUBLIC_FILE),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private boolean hasPublicKey(Path file) throws IOException {
        byte[] expected = pem("PUBLIC KEY", publicKey.getEncoded()).getBytes(US_ASCII);
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Files.isReadable(file)
                && Files.size(file) == expected.length
                && Arrays.equals(Files.readAllBytes(file), expected);
    }

    /** The public key in base64, as a SubjectPublicKeyInfo (RFC 8410 section 4). */
    String encoded() {
        return Base64.getEncoder().encodeToString(publicKey.getEncoded());
    }

    String id() {
        return idOf(publicKey);
    }

    /** Marks the lines of one chain. Chains that share a key do not take each other's lines for their own. */
    LineMac lineMac(String chain) {
        return new LineMac(lines.key("audit.line " + chain));
    }

    String sign(String text) {
        try {
            Signature signer = Signature.getInstance(ALGORITHM);
            signer.initSign(secret);
            signer.update(text.getBytes(US_ASCII));
            return Base64Url.encode(signer.sign());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK from 15 on has Ed25519", impossible);
        }
    }

    /** The text that a checkpoint signs: the chain has so many lines, and they end with this hash. */
    public static String signedText(String chain, long lines, String hash) {
        return "portcullis-audit-1 " + chain + ' ' + lines + ' ' + hash;
    }

    /** 16 hexadecimal digits of the SHA-256 of the key. */
    public static String idOf(PublicKey key) {
        return HexFormat.of().formatHex(Sha256.begin().digest(key.getEncoded())).substring(0, ID_LENGTH);
    }

    /** The key of a file's first line. */
    public static Optional<PublicKey> decode(String base64) {
        try {
            return Optional.of(KeyFactory.getInstance(ALGORITHM)
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64))));
        } catch (GeneralSecurityException | IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    public static boolean verify(PublicKey key, String text, String signature) {
        try {
            Signature verifier = Signature.getInstance(ALGORITHM);
            verifier.initVerify(key);
            verifier.update(text.getBytes(US_ASCII));
            return verifier.verify(Base64.getUrlDecoder().decode(signature));
        } catch (GeneralSecurityException | IllegalArgumentException malformed) {
            return false;
        }
    }

    /** The JDK has no other way to the public key: a generator whose only random bytes are the private key makes it. */
    private static PublicKey publicKeyOf(byte[] seed) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
        generator.initialize(NamedParameterSpec.ED25519, new SecureRandom() {
            private static final long serialVersionUID = 1L;

            @Override
            public void nextBytes(byte[] bytes) {
                System.arraycopy(seed, 0, bytes, 0, Math.min(seed.length, bytes.length));
            }
        });
        return generator.generateKeyPair().getPublic();
    }

    private static KeyPair generate() {
        try {
            return KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK from 15 on has Ed25519", impossible);
        }
    }

    private static void writePrivately(Path file, String kind, byte[] der) throws IOException {
        try (var channel = Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            int written = channel.write(java.nio.ByteBuffer.wrap(pem(kind, der).getBytes(US_ASCII)));
            if (written == 0) {
                throw new IOException("the key could not be written");
            }
        }
    }

    private static String pem(String kind, byte[] der) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + kind + "-----\n";
    }
}
