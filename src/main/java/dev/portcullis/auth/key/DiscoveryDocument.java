package dev.portcullis.auth.key;

import dev.portcullis.auth.key.KeyOrigin.OfServer;
import dev.portcullis.http.outgoing.OutgoingUrl;
import dev.portcullis.protocol.Result;
import java.util.Optional;

/**
 * The metadata that an issuer publishes about itself (OpenID Connect Discovery 1.0 section 3).
 *
 * @param issuer the value that {@code iss} must have in its tokens
 * @param jwks the URL of its keys
 */
record DiscoveryDocument(String issuer, OutgoingUrl jwks) {
    /** @param configured the issuer's name, if the configuration says it */
    static Result<DiscoveryDocument, KeyFetchResult> read(byte[] body, OfServer origin, Optional<String> configured) {
        Optional<JsonDocument> document = JsonDocument.parse(body);
        Optional<String> issuer = document.flatMap(all -> all.text("issuer"));
        Optional<String> jwks = document.flatMap(all -> all.text("jwks_uri"));
        if (issuer.isEmpty() || jwks.isEmpty()) {
            return Result.refused(KeyFetchResult.BAD_DOCUMENT);
        }
        if (!isIssuer(issuer.get(), origin, configured)) {
            return Result.refused(KeyFetchResult.WRONG_ISSUER);
        }
        return OutgoingUrl.parse(jwks.get())
                .filter(url -> isListed(url, origin))
                .<Result<DiscoveryDocument, KeyFetchResult>>map(
                        url -> Result.done(new DiscoveryDocument(issuer.get(), url)))
                .orElseGet(() -> Result.refused(KeyFetchResult.FOREIGN_HOST));
    }

    /** One issuer could else pass for another (OpenID Connect Discovery 1.0 section 4.3; RFC 9207). */
    private static boolean isIssuer(String issuer, OfServer origin, Optional<String> configured) {
        return origin.issuers().contains(issuer)
                && configured.map(issuer::equals).orElse(true);
    }

    /** A server that was taken over must not send our calls to hosts of its choice (CWE-918). */
    private static boolean isListed(OutgoingUrl url, OfServer origin) {
        return url.host().equals(origin.target().host()) || origin.jwksHosts().contains(url.host());
    }
}
