package dev.portcullis.app.certs;

import static dev.portcullis.app.certs.PrivateFiles.PRIVATE;
import static dev.portcullis.app.certs.PrivateFiles.PUBLIC;

import dev.portcullis.app.node.StartupException;
import dev.portcullis.config.Pem;
import dev.portcullis.config.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The certificates of a cluster: a folder of the authority, and one for each node with what that node needs, under the
 * names that {@code conf/cluster.json} has in {@code cluster.tls}.
 */
public final class CertificateFolder {
    /** The folder of the authority, if no other is named. No node can have this name. */
    public static final String AUTHORITY = "_authority";

    private static final String AUTHORITY_CERTIFICATE = "cluster-ca.pem";
    private static final String AUTHORITY_KEY = "cluster-ca-key.pem";
    private static final String CERTIFICATE = "node.pem";
    private static final String KEY = "node-key.pem";

    /** An authority of as many days, made a moment ago, ends a moment earlier. */
    private static final Duration LEEWAY = Duration.ofHours(2);

    private final Path folder;
    private final Path authority;
    private final KeytoolSigner signer = new KeytoolSigner();

    /**
     * What was written for a node.
     *
     * @param until when the node's certificate expires
     */
    public record Written(CertifiedHost host, Path folder, Instant until) {}

    /** @param authority where the authority is, or will be made */
    public CertificateFolder(Path folder, Path authority) {
        this.folder = folder;
        this.authority = authority;
    }

    /** Whether there is an authority, so that none is made. */
    public boolean hasAuthority() {
        return Files.exists(authority.resolve(AUTHORITY_CERTIFICATE));
    }

    public Path authorityKey() {
        return authority.resolve(AUTHORITY_KEY);
    }

    /** Makes certificates for these nodes, and the authority if there is none. Replaces no file. */
    public List<Written> add(List<CertifiedHost> hosts, int days, int authorityDays) throws StartupException {
        for (CertifiedHost host : hosts) {
            if (Files.exists(folderOf(host))) {
                throw new StartupException(
                        folderOf(host) + " exists, and is not overwritten; --renew gives that node a new certificate");
            }
        }
        boolean found = hasAuthority();
        if (!found && Files.exists(authorityKey())) {
            throw new StartupException(authorityKey() + " exists without its certificate " + AUTHORITY_CERTIFICATE
                    + ", and is not overwritten; put that beside it, or move the key away");
        }
        SignedKey signing = found ? readAuthority() : signer.authority(authorityDays);
        Map<CertifiedHost, SignedKey> made = sign(signing, hosts, days);
        try {
            if (!found) {
                PrivateFiles.createFolder(authority);
                PrivateFiles.create(authorityKey(), signing.key().reveal(), PRIVATE);
                PrivateFiles.create(authority.resolve(AUTHORITY_CERTIFICATE), signing.certificate(), PUBLIC);
            }
            List<Written> written = new ArrayList<>();
            for (Map.Entry<CertifiedHost, SignedKey> each : made.entrySet()) {
                Path own = folderOf(each.getKey());
                PrivateFiles.createFolder(own);
                PrivateFiles.create(own.resolve(KEY), each.getValue().key().reveal(), PRIVATE);
                PrivateFiles.create(own.resolve(CERTIFICATE), each.getValue().certificate(), PUBLIC);
                PrivateFiles.create(own.resolve(AUTHORITY_CERTIFICATE), signing.certificate(), PUBLIC);
                written.add(written(each.getKey(), each.getValue()));
            }
            return written;
        } catch (IOException failure) {
            throw unwritable(failure);
        }
    }

    /** Gives these nodes new keys and certificates of the same authority. Their old ones stay valid until they expire. */
    public List<Written> renew(List<CertifiedHost> hosts, int days) throws StartupException {
        for (CertifiedHost host : hosts) {
            if (!Files.exists(folderOf(host).resolve(CERTIFICATE))) {
                throw new StartupException("there is no " + folderOf(host).resolve(CERTIFICATE)
                        + " to renew; --nodes makes the certificate of a further node, where no folder "
                        + folderOf(host) + " is left of a run that broke off");
            }
        }
        Map<CertifiedHost, SignedKey> made = sign(readAuthority(), hosts, days);
        try {
            List<Written> written = new ArrayList<>();
            for (Map.Entry<CertifiedHost, SignedKey> each : made.entrySet()) {
                Path own = folderOf(each.getKey());
                PrivateFiles.replace(own.resolve(KEY), each.getValue().key().reveal(), PRIVATE);
                PrivateFiles.replace(own.resolve(CERTIFICATE), each.getValue().certificate(), PUBLIC);
                written.add(written(each.getKey(), each.getValue()));
            }
            return written;
        } catch (IOException failure) {
            throw unwritable(failure);
        }
    }

    private Map<CertifiedHost, SignedKey> sign(SignedKey signing, List<CertifiedHost> hosts, int days)
            throws StartupException {
        refuseLongerThan(end(signing), days);
        Map<CertifiedHost, SignedKey> made = new LinkedHashMap<>();
        for (CertifiedHost host : hosts) {
            made.put(host, signer.node(signing, host, days));
        }
        return made;
    }

    /** A certificate ends with its authority (RFC 5280 section 6.1), whatever its own end says. */
    private void refuseLongerThan(Instant end, int days) throws StartupException {
        Instant now = Instant.now();
        if (now.plus(days, ChronoUnit.DAYS).isAfter(end.plus(LEEWAY))) {
            throw new StartupException("the authority in " + authority + " ends on " + end + ", in "
                    + Math.max(0, Duration.between(now, end).toDays())
                    + " days: give --days fewer, or make another authority in another folder");
        }
    }

    private SignedKey readAuthority() throws StartupException {
        Pem certificate = pem(AUTHORITY_CERTIFICATE);
        Pem key = pem(AUTHORITY_KEY);
        if (!Files.exists(authorityKey())) {
            throw new StartupException("the key of the authority is not in " + authority + ": bring " + AUTHORITY_KEY
                    + " back while you sign, or name its folder with --authority");
        }
        Optional<String> unfit = certificate.problemWith(key);
        if (unfit.isPresent()) {
            throw new StartupException("the authority in " + authority + " can't sign: " + unfit.get());
        }
        return new SignedKey(
                certificate.text().orElse(""), new Secret(key.text().orElse("")));
    }

    private Pem pem(String name) {
        return new Pem(new Secret(authority.resolve(name).toString()));
    }

    private Written written(CertifiedHost host, SignedKey key) {
        return new Written(host, folderOf(host), end(key));
    }

    private static Instant end(SignedKey key) {
        return new Pem(new Secret(key.certificate())).end().orElse(Instant.EPOCH);
    }

    private Path folderOf(CertifiedHost host) {
        return folder.resolve(host.name());
    }

    private static StartupException unwritable(IOException failure) {
        return new StartupException(
                "the files can't be written (" + failure + "); give this user the right to, or name another folder");
    }
}
