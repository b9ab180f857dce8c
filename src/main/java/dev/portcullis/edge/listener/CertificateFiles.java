package dev.portcullis.edge.listener;

import dev.portcullis.config.Pem;
import dev.portcullis.http.ClientTlsConfig;
import dev.portcullis.http.TlsConfig;
import dev.portcullis.protocol.Result;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds out whether the files of the listener's certificate hold another one now. The content counts, since tools that
 * renew certificates replace links, rename, or write in place. Certificate and key are two files, which no tool replaces
 * at once: a change counts when two looks see the same. Not thread-safe; reads files.
 */
final class CertificateFiles {
    private final TlsConfig configured;
    private TlsConfig served;
    private String inUse;
    private String seen;
    private String refused = "";

    /** Of what the listener read when it began. */
    CertificateFiles(TlsConfig configured) {
        this(configured, load(configured));
    }

    private CertificateFiles(TlsConfig configured, TlsConfig loaded) {
        this.configured = configured;
        this.served = loaded;
        this.inUse = digest(loaded);
        this.seen = inUse;
    }

    /** Of another configuration, which the listener is about to serve; or why it can't be served. */
    static Result<CertificateFiles, String> open(TlsConfig configured, Instant now) {
        TlsConfig loaded = load(configured);
        return problem(loaded, now)
                .<Result<CertificateFiles, String>>map(Result::refused)
                .orElseGet(() -> Result.done(new CertificateFiles(configured, loaded)));
    }

    boolean areOf(TlsConfig other) {
        return configured.equals(other);
    }

    /** What was checked and is served, with texts in place of the paths. */
    TlsConfig served() {
        return served;
    }

    /** @param tls with the texts that were checked in place of the paths */
    record Renewed(TlsConfig tls, String digest) {}

    /** The new content of the files, if there is some; or why it can't be served, told once. */
    Result<Optional<Renewed>, String> look(Instant now) {
        TlsConfig loaded = load(configured);
        String digest = digest(loaded);
        boolean settled = digest.equals(seen);
        seen = digest;
        if (!settled || digest.equals(inUse)) {
            return Result.done(Optional.empty());
        }
        Optional<String> problem = problem(loaded, now);
        return problem.isPresent()
                ? unusable(digest, problem.get())
                : Result.done(Optional.of(new Renewed(loaded, digest)));
    }

    /** The listener serves it. */
    void served(Renewed renewed) {
        served = renewed.tls();
        inUse = renewed.digest();
        refused = "";
    }

    /** The listener could not serve it. */
    Result<Optional<Renewed>, String> unusable(String digest, String why) {
        if (digest.equals(refused)) {
            return Result.done(Optional.empty());
        }
        refused = digest;
        return Result.refused(why);
    }

    private static Optional<String> problem(TlsConfig loaded, Instant now) {
        if (loaded.certificate().isEmpty() || loaded.key().isEmpty()) {
            return Optional.of("the certificate or its key can't be read");
        }
        return loaded.certificate()
                .flatMap(chain -> loaded.key().flatMap(chain::problemWith))
                .or(() -> loaded.certificate().flatMap(chain -> chain.validityProblem(now)))
                .or(() -> problem(loaded.clients(), now));
    }

    /** An empty list would let in whom the one before it refuses (CWE-636). */
    private static Optional<String> problem(ClientTlsConfig clients, Instant now) {
        return clients.authorities()
                .flatMap(authorities -> authorities
                        .problem(Pem.Content.CERTIFICATE)
                        .or(() -> authorities.validityProblem(now).map(when -> "an authority of clients " + when)))
                .or(() -> clients.revoked().flatMap(lists -> lists.problem(Pem.Content.REVOCATIONS)));
    }

    private static TlsConfig load(TlsConfig tls) {
        return new TlsConfig(
                tls.certificate().flatMap(Pem::loaded),
                tls.key().flatMap(Pem::loaded),
                tls.required(),
                new ClientTlsConfig(
                        tls.clients().mode(),
                        loadedOrSame(tls.clients().authorities()),
                        loadedOrSame(tls.clients().revoked())),
                tls.watchMs());
    }

    /** A list that can't be read must not silently become none: its path stays, and is found to hold nothing. */
    private static Optional<Pem> loadedOrSame(Optional<Pem> file) {
        return file.map(pem -> pem.loaded().orElse(pem));
    }

    private static String digest(TlsConfig loaded) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            Stream.of(
                            loaded.certificate(),
                            loaded.key(),
                            loaded.clients().authorities(),
                            loaded.clients().revoked())
                    .map(pem -> pem.flatMap(Pem::text).orElse(""))
                    .forEach(text -> {
                        sha256.update(text.getBytes(StandardCharsets.UTF_8));
                        sha256.update((byte) 0);
                    });
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible); // each JDK has it
        }
    }
}
