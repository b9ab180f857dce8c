package dev.portcullis.config;

import dev.portcullis.config.crypto.Certificates;
import dev.portcullis.config.crypto.KeyPairCheck;
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

/** A certificate chain or a key: the path of a PEM file, or the PEM text where the configuration names a {@code $file}. */
public record Pem(Secret value) {
    /** What a certificate has to be made for. */
    public static final String KEYS = ServableKeys.WORDS;

    private static final int MAX_BYTES = 1 << 20;
    private static final Pattern KEY = Pattern.compile("(?s).*-----BEGIN (?:RSA |EC )?PRIVATE KEY-----.*");

    /** What it is needed for. */
    public enum Content {
        CERTIFICATE("certificate"),
        PRIVATE_KEY("private key that is not encrypted");

        private final String words;

        Content(String words) {
            this.words = words;
        }
    }

    public <R> R fold(Function<String, R> path, Function<String, R> text) {
        String given = value.reveal();
        return given.stripLeading().startsWith("-----BEGIN ") ? text.apply(given) : path.apply(given);
    }

    /** The same, with its path as the survey resolves it. */
    Pem resolved(ConfigReading reading) {
        return fold(
                path -> new Pem(
                        new Secret(reading.resolve(path).map(Path::toString).orElse(path))),
                text -> this);
    }

    /** What is wrong with it, in words that repeat its path and nothing of its content; nothing where it can be used. */
    Optional<String> flaw(Content needed) {
        return fold(path -> flawOfFile(path, needed), text -> flawOfText("the text", text, needed));
    }

    /** What this certificate's key is, where no listener serves with such a key. */
    Optional<String> keyThatNoListenerTakes() {
        return content().flatMap(Certificates::key).flatMap(ServableKeys::unserved);
    }

    /** Whether the key, which is not this, surely belongs to another certificate than this one. */
    boolean isCertificateOfAnother(Pem key) {
        return content()
                .flatMap(chain -> key.content().map(text -> KeyPairCheck.differ(chain, text)))
                .orElse(false);
    }

    /** Of a certificate: since when it has expired, or when it begins to be valid; nothing where it is valid now. */
    public Optional<String> untimely(Instant now) {
        return content().flatMap(chain -> Certificates.untimely(chain, now));
    }

    /** As a message calls it: by its path, and never by its content. */
    String shown() {
        return fold(path -> "the file " + DisplaySafe.value(path), text -> "the text");
    }

    private Optional<String> content() {
        return fold(
                path -> {
                    try {
                        return Optional.of(TextFile.read(Path.of(path), MAX_BYTES));
                    } catch (IOException | InvalidPathException unreadable) {
                        return Optional.empty(); // which its own reading reports
                    }
                },
                Optional::of);
    }

    private static Optional<String> flawOfFile(String path, Content needed) {
        String name = "the file " + DisplaySafe.value(path);
        try {
            return flawOfText(name, TextFile.read(Path.of(path), MAX_BYTES), needed);
        } catch (NoSuchFileException missing) {
            return Optional.of(name + " does not exist");
        } catch (IOException unreadable) {
            return Optional.of(name + " can't be read as text of at most " + MAX_BYTES + " bytes");
        }
    }

    private static Optional<String> flawOfText(String name, String text, Content needed) {
        boolean held = needed == Content.CERTIFICATE
                ? isCertificate(text)
                : KEY.matcher(text).matches();
        return held ? Optional.empty() : Optional.of(name + " holds no " + needed.words);
    }

    private static boolean isCertificate(String text) {
        try {
            return !Certificates.in(text).isEmpty();
        } catch (CertificateException stray) {
            return false;
        }
    }
}
