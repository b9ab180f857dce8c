package dev.portcullis.auth.key;

import dev.portcullis.auth.key.KeyOrigin.OfPublicKey;
import dev.portcullis.auth.key.KeyOrigin.OfSecret;
import dev.portcullis.auth.key.KeyOrigin.OfServer;
import dev.portcullis.auth.key.KeyOrigin.OfServer.Kind;
import dev.portcullis.config.Pem;
import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import dev.portcullis.config.crypto.PublicKeyPem;
import dev.portcullis.http.outgoing.OutgoingUrl;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads the keys {@code secret}, {@code publicKey}, {@code jwks} and {@code discovery} of an issuer. */
public final class KeyOriginReader {
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:-]{1,253}");
    private static final String KEY_WORDS =
            "an RSA key of 2048 to 8192 bits, a key on the curve P-256, or an Ed25519 key";

    private final Section issuer;

    private KeyOriginReader(Section issuer) {
        this.issuer = issuer;
    }

    /** An issuer without keys gets an empty secret here, and a problem is reported. */
    public static KeyOrigin read(Section issuer) {
        return new KeyOriginReader(issuer).read();
    }

    private KeyOrigin read() {
        Optional<Secret> secret = issuer.basic()
                .secret(
                        "secret",
                        "the key of HS256, HS384 or HS512: at least 32, 48 or 64 bytes" + " (RFC 7518 section 3.2)");
        Optional<Pem> pem = issuer.basic()
                .pem(
                        "publicKey",
                        Pem.Content.PUBLIC_KEY,
                        "path of a PEM file with the issuer's public key or certificate: " + KEY_WORDS);
        Optional<String> jwks = issuer.basic()
                .optionalText(
                        "jwks",
                        "URL of the issuer's key set (JWKS): https, or http to this machine; audience is needed too");
        Optional<String> discovery = issuer.basic()
                .optionalText(
                        "discovery",
                        "URL of the issuer's OpenID discovery document, which names iss and the key set; audience is needed too");
        Set<String> jwksHosts =
                hosts("jwksHosts", "hosts beside that of discovery on which its document may say that the keys are");
        Set<String> internalHosts = hosts(
                "internalHosts", "hosts of the keys that may have private addresses; a loopback URL needs no entry");
        List<KeyOrigin> found = new ArrayList<>();
        secret.map(OfSecret::new).ifPresent(found::add);
        pem.flatMap(this::publicKey).ifPresent(found::add);
        jwks.flatMap(url -> server(Kind.JWKS, "jwks", url, Set.of(), internalHosts))
                .ifPresent(found::add);
        discovery
                .flatMap(url -> server(Kind.DISCOVERY, "discovery", url, jwksHosts, internalHosts))
                .ifPresent(found::add);
        requireOne(secret.isPresent(), pem.isPresent(), jwks.isPresent(), discovery.isPresent());
        return found.isEmpty() ? new OfSecret(new Secret("")) : found.get(0);
    }

    /** Two kinds of keys for one issuer would let the weaker one sign for the other (RFC 8725 section 3.1). */
    private void requireOne(boolean... given) {
        int count = 0;
        for (boolean each : given) {
            count += each ? 1 : 0;
        }
        if (count == 0) {
            issuer.problem("secret", "is missing", "give the issuer one of secret, publicKey, jwks and discovery");
        } else if (count > 1) {
            issuer.problem(
                    given[0] ? "secret" : "publicKey",
                    "is one of several sources of keys",
                    "give the issuer exactly one of secret, publicKey, jwks and discovery; another key of the same"
                            + " issuer is an entry of its own");
        }
    }

    private Optional<KeyOrigin> publicKey(Pem pem) {
        Optional<PublicKey> key = pem.text().flatMap(PublicKeyPem::read);
        if (key.isEmpty()) {
            return Optional.empty(); // reported when the file was read
        }
        Optional<String> problem = PublicKeyRules.problem(key.get());
        problem.ifPresent(what -> issuer.problem("publicKey", what, KEY_WORDS + " is needed"));
        return problem.isPresent() ? Optional.empty() : Optional.of(new OfPublicKey(key.get()));
    }

    private Optional<KeyOrigin> server(
            Kind kind, String name, String url, Set<String> jwksHosts, Set<String> internalHosts) {
        Optional<OutgoingUrl> target = OutgoingUrl.parse(url);
        if (target.isEmpty()) {
            issuer.problem(name, "is no URL that keys are read from", "write https://…, or http:// and this machine");
            return Optional.empty();
        }
        if (kind == Kind.DISCOVERY && !url.endsWith(OfServer.DISCOVERY_PATH)) {
            issuer.problem(
                    name,
                    "does not end in " + OfServer.DISCOVERY_PATH,
                    "write the URL of the document, not of the issuer");
            return Optional.empty();
        }
        return Optional.of(new OfServer(kind, url, target.get(), jwksHosts, internalHosts));
    }

    private Set<String> hosts(String name, String about) {
        return issuer.texts(name, List.of(), HOST, about).stream()
                .map(host -> host.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }
}
