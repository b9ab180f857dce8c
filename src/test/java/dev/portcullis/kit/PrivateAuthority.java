package dev.portcullis.kit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A new certificate authority that signs certificates of nodes, servers and clients. */
public final class PrivateAuthority {
    private static final String PASSWORD = "only-for-a-test";
    private static final String AUTHORITY = "authority";

    private final Path folder;
    private final Path keys;

    /** PEM files of a signed certificate. */
    public record Issued(Path certificate, Path key) {}

    private PrivateAuthority(Path folder) {
        this.folder = folder;
        this.keys = folder.resolve("keys.p12");
    }

    public static PrivateAuthority in(Path folder) {
        PrivateAuthority authority = new PrivateAuthority(folder);
        authority.make(AUTHORITY, List.of("-ext", "bc:c=ca:true"));
        return authority;
    }

    public Path certificate() {
        return pem(AUTHORITY, "CERTIFICATE");
    }

    public Issued issue(String name) {
        make(name, List.of("-signer", AUTHORITY));
        return new Issued(pem(name, "CERTIFICATE"), pem(name, "PRIVATE KEY"));
    }

    /** The certificate of a server, for this host. */
    public Issued issueFor(String host) {
        make(host, List.of("-signer", AUTHORITY, "-ext", "SAN=dns:" + host));
        return new Issued(pem(host, "CERTIFICATE"), pem(host, "PRIVATE KEY"));
    }

    /** The certificate of a client, under this alias, with these options of keytool. */
    public ClientKeys client(String alias, String... options) {
        List<String> more = new ArrayList<>(List.of("-signer", AUTHORITY));
        more.addAll(List.of(options));
        make(alias, more);
        return ClientKeys.of(open(), alias, PASSWORD);
    }

    /** A revocation list that has this certificate. */
    public Path revoke(ClientKeys client) {
        Path list = folder.resolve("revoked.pem");
        Keytool.run(
                "-gencrl",
                keys,
                PASSWORD,
                List.of(
                        "-rfc",
                        "-alias",
                        AUTHORITY,
                        "-id",
                        client.leaf().getSerialNumber().toString(),
                        "-file",
                        list.toString()));
        return list;
    }

    private void make(String alias, List<String> more) {
        List<String> options = new ArrayList<>(List.of("-alias", alias, "-keyalg", "EC", "-groupname", "secp256r1"));
        if (!more.contains("-dname")) {
            options.addAll(List.of("-dname", "CN=" + alias));
        }
        options.addAll(List.of("-validity", "2"));
        options.addAll(more);
        Keytool.generate(keys, PASSWORD, options);
    }

    private KeyStore open() {
        try (InputStream in = Files.newInputStream(keys)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            return store;
        } catch (IOException | GeneralSecurityException broken) {
            throw new AssertionError(broken);
        }
    }

    private Path pem(String alias, String what) {
        try {
            KeyStore store = open();
            byte[] der = what.equals("CERTIFICATE")
                    ? store.getCertificate(alias).getEncoded()
                    : store.getKey(alias, PASSWORD.toCharArray()).getEncoded();
            String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
            return Files.writeString(
                    folder.resolve(alias + "." + what.replace(' ', '-') + ".pem"),
                    "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n");
        } catch (IOException | GeneralSecurityException broken) {
            throw new AssertionError(broken);
        }
    }
}
