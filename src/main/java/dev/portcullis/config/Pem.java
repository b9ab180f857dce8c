package dev.portcullis.config;

import dev.portcullis.config.crypto.Certificates;
import dev.portcullis.config.crypto.KeyPairCheck;
import dev.portcullis.config.crypto.PublicKeyPem;
import dev.portcullis.config.crypto.RevocationLists;
import dev.portcullis.config.crypto.ServableKeys;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** A certificate chain or a key: the path of a PEM file, or the PEM text that a {@code $file} reference supplies. */
public record Pem(Secret value) {
    /** The key types of which a listener can serve certificates. */
    public static final String KEYS = ServableKeys.WORDS;

    private static final String BEGIN = "-----BEGIN ";

    private static final int MAX_BYTES = 1 << 20;
    private static final Pattern KEY = Pattern.compile("(?s).*-----BEGIN (?:RSA |EC )?PRIVATE KEY-----.*");

    /** The expected content. */
    public enum Content {
        CERTIFICATE("certificate"),
        PRIVATE_KEY("private key that is not encrypted"),
        PUBLIC_KEY("public key and no certificate"),
        REVOCATIONS("revocation list");

        private final String description;

        Content(String description) {
            this.description = description;
        }
    }

    public <R> R fold(Function<String, R> path, Function<String, R> text) {
        String given = value.reveal();
        return given.stripLeading().startsWith(BEGIN) ? text.apply(given) : path.apply(given);
    }

    /** The same PEM with its path resolved by {@code reading}. */
    Pem resolved(ConfigReading reading) {
        return fold(
                path -> new Pem(
                        new Secret(reading.resolve(path).map(Path::toString).orElse(path))),
                text -> this);
    }

    /** The problem with it, which names its path and quotes no content; empty if it is usable. */
    public Optional<String> problem(Content needed) {
        return fold(path -> problemOfFile(path, needed), text -> problemOfText("the text", text, needed));
    }

    /** The type of this certificate's key, if a listener can't serve it. */
    Optional<String> unservedKey() {
        return text().flatMap(Certificates::firstKey).flatMap(ServableKeys::unserved);
    }

    /** The same as text, so that what is checked is what is used; empty if its file can't be read. */
    public Optional<Pem> loaded() {
        return text().filter(text -> text.contains(BEGIN))
                .map(text -> new Pem(new Secret(text.substring(text.indexOf(BEGIN)))));
    }

    /** Why a listener can't serve this certificate with this key; empty if it can. */
    public Optional<String> problemWith(Pem key) {
        return problem(Content.CERTIFICATE)
                .or(() -> key.problem(Content.PRIVATE_KEY))
                .or(() -> unservedKey().map(type -> "the certificate is made for " + type))
                .or(() -> mismatches(key) ? Optional.of("the key belongs to another certificate") : Optional.empty());
    }

    /** The time when the first certificate of the chain expires. */
    public Optional<Instant> end() {
        return text().flatMap(Certificates::end);
    }

    /** Whether {@code key} certainly belongs to another certificate than this one. */
    boolean mismatches(Pem key) {
        return text().flatMap(chain -> key.text().map(text -> KeyPairCheck.differ(chain, text)))
                .orElse(false);
    }

    /** Tells since when a certificate has expired, or when it becomes valid; empty if it is valid now. */
    public Optional<String> validityProblem(Instant now) {
        return text().flatMap(chain -> Certificates.validityProblem(chain, now));
    }

    /** Tells since when a newer revocation list is due; empty if none is. */
    public Optional<String> revocationsOverdue(Instant now) {
        return text().flatMap(lists -> RevocationLists.overdue(lists, now));
    }

    /** Whether one of the revocation lists is certainly of none of these authorities. */
    public boolean revokesForOthersThan(Pem authorities) {
        return text().flatMap(lists -> authorities.text().map(signers -> !RevocationLists.areOf(signers, lists)))
                .orElse(false);
    }

    /** The name in messages: the path, never the content. */
    String displayName() {
        return fold(path -> "the file " + DisplaySafe.value(path), text -> "the text");
    }

    /** The PEM text; empty if the file can't be read. */
    public Optional<String> text() {
        return fold(
                path -> {
                    try {
                        return Optional.of(TextFile.read(Path.of(path), MAX_BYTES));
                    } catch (IOException | InvalidPathException unreadable) {
                        return Optional.empty(); // reported when this value is read
                    }
                },
                Optional::of);
    }

    private static Optional<String> problemOfFile(String path, Content needed) {
        String name = "the file " + DisplaySafe.value(path);
        try {
            return problemOfText(name, TextFile.read(Path.of(path), MAX_BYTES), needed);
        } catch (NoSuchFileException missing) {
            return Optional.of(name + " does not exist");
        } catch (IOException unreadable) {
            return Optional.of(name + " can't be read as text of at most " + MAX_BYTES + " bytes");
        }
    }

    private static Optional<String> problemOfText(String name, String text, Content needed) {
        boolean found = switch (needed) {
            case CERTIFICATE -> isCertificate(text);
            case PRIVATE_KEY -> KEY.matcher(text).matches();
            case PUBLIC_KEY -> PublicKeyPem.read(text).isPresent();
            case REVOCATIONS -> RevocationLists.areIn(text);
        };
        return found ? Optional.empty() : Optional.of(name + " holds no " + needed.description);
    }

    private static boolean isCertificate(String text) {
        try {
            return !Certificates.in(text).isEmpty();
        } catch (CertificateException invalid) {
            return false;
        }
    }
}
