package dev.portcullis.app.certs;

import dev.portcullis.app.node.StartupException;
import dev.portcullis.config.Secret;
import dev.portcullis.config.crypto.Base64Url;
import dev.portcullis.config.crypto.Certificates;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes keys on P-256 and signs their certificates with the keytool of this Java: the JDK has no class that other
 * programs may use for that. Keys pass between the two processes in a key store under a password that is used once.
 */
final class KeytoolSigner {
    private static final String AUTHORITY = "authority";
    private static final String NODE = "node";
    private static final String PASSWORD_VARIABLE = "PORTCULLIS_KEY_STORE";
    private static final int RANDOM_BYTES = 32;
    private static final int TIMEOUT_MINUTES = 2;
    private static final int LINE = 64;

    /** The clocks of two nodes may differ: a certificate is valid a little earlier than it is made. */
    private static final String BEGIN = "-1H";

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]++)-----END PRIVATE KEY-----");

    /** A run takes a second, so optimisations that pay off later only delay it. */
    private static final List<String> SHORT_LIVED = List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC");

    private final SecureRandom random = new SecureRandom();

    /** A new authority, which signs itself, and may sign nodes but no further authorities. */
    SignedKey authority(int days) throws StartupException {
        return inStore((store, password) -> {
            run(
                    store,
                    password,
                    AUTHORITY,
                    days,
                    List.of(
                            "-dname",
                            "CN=Portcullis cluster authority " + Base64Url.encode(randomBytes(Integer.BYTES)),
                            "-ext",
                            "BasicConstraints:critical=ca:true,pathlen:0",
                            "-ext",
                            "KeyUsage:critical=keyCertSign,cRLSign"));
            return read(store, password, AUTHORITY);
        });
    }

    /** A new key for this node. It serves and calls others, so its certificate is for both ends of TLS. */
    SignedKey node(SignedKey authority, CertifiedHost host, int days) throws StartupException {
        return inStore((store, password) -> {
            write(store, password, authority);
            run(
                    store,
                    password,
                    NODE,
                    days,
                    List.of(
                            "-signer",
                            AUTHORITY,
                            "-dname",
                            "CN=" + host.name(),
                            "-ext",
                            "BasicConstraints:critical=ca:false",
                            "-ext",
                            "KeyUsage:critical=digitalSignature",
                            "-ext",
                            "ExtendedKeyUsage=serverAuth,clientAuth",
                            "-ext",
                            "SAN=" + host.alternativeName()));
            return read(store, password, NODE);
        });
    }

    /** What is done with the files of one run. */
    @FunctionalInterface
    private interface Work {
        SignedKey in(Path store, Secret password) throws IOException, GeneralSecurityException, StartupException;
    }

    private SignedKey inStore(Work work) throws StartupException {
        try {
            Path folder = Files.createTempDirectory("portcullis-certs-"); // for its owner alone
            Path store = folder.resolve("keys.p12");
            try {
                return work.in(store, new Secret(Base64Url.encode(randomBytes(RANDOM_BYTES))));
            } finally {
                Files.deleteIfExists(store);
                Files.delete(folder);
            }
        } catch (IOException | GeneralSecurityException failure) {
            throw new StartupException("a key can't be made in the folder for temporary files: " + failure);
        }
    }

    private byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Arguments of a process can be read by each user of the machine, its environment can't (CWE-214). */
    private static void run(Path store, Secret password, String alias, int days, List<String> more)
            throws IOException, StartupException {
        List<String> command = new ArrayList<>();
        command.add(keytool().toString());
        command.addAll(SHORT_LIVED);
        command.addAll(List.of("-genkeypair", "-alias", alias, "-keyalg", "EC", "-groupname", "secp256r1"));
        command.addAll(List.of("-sigalg", "SHA256withECDSA", "-startdate", BEGIN, "-validity", String.valueOf(days)));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass:env", PASSWORD_VARIABLE));
        command.addAll(List.of("-keystore", store.toString()));
        command.addAll(more);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put(PASSWORD_VARIABLE, password.reveal());
        Process process = builder.start();
        try {
            if (!process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES)) {
                throw new StartupException("keytool did not end within " + TIMEOUT_MINUTES + " minutes; try again");
            }
            if (process.exitValue() != 0) {
                throw new StartupException("keytool of " + keytool() + " failed with status " + process.exitValue()
                        + "; run this with a JDK or JRE from 17 on");
            }
        } catch (InterruptedException told) {
            Thread.currentThread().interrupt();
            throw new StartupException("told to stop before the keys were made");
        } finally {
            process.destroyForcibly();
        }
    }

    private static Path keytool() throws StartupException {
        Path bin = Path.of(System.getProperty("java.home", ""), "bin");
        for (String name : List.of("keytool", "keytool.exe")) {
            if (Files.isExecutable(bin.resolve(name))) {
                return bin.resolve(name);
            }
        }
        throw new StartupException("there is no keytool in " + bin + ": run this with a JDK or JRE that has it");
    }

    private static void write(Path file, Secret password, SignedKey authority)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                AUTHORITY,
                privateKey(authority.key().reveal()),
                password.reveal().toCharArray(),
                Certificates.in(authority.certificate()).toArray(Certificate[]::new));
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, password.reveal().toCharArray());
        }
    }

    private static SignedKey read(Path file, Secret password, String alias)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, password.reveal().toCharArray());
        }
        return new SignedKey(
                pem("CERTIFICATE", store.getCertificate(alias).getEncoded()),
                new Secret(pem(
                        "PRIVATE KEY",
                        store.getKey(alias, password.reveal().toCharArray()).getEncoded())));
    }

    private static PrivateKey privateKey(String pem) throws GeneralSecurityException {
        Matcher found = KEY.matcher(pem);
        if (!found.find()) {
            throw new GeneralSecurityException("the key of the authority is no PKCS #8");
        }
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(found.group(1))));
    }

    private static String pem(String kind, byte[] der) {
        String body = Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
    }
}
