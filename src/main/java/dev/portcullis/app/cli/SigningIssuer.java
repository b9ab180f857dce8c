package dev.portcullis.app.cli;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.auth.token.IssuerConfig;
import dev.portcullis.auth.token.TokenSigner;
import dev.portcullis.protocol.Result;
import java.util.List;

/** The issuer of a configuration whose tokens the commands can make: the first that has a secret. */
final class SigningIssuer {
    static final String NO_ISSUER =
            "auth.issuers: is empty, so there is no key to sign with; name a configuration that runs the stage auth";
    private static final String NO_SECRET =
            "auth.issuers: none has a secret of HS256, so only the issuers themselves can make tokens: get one there, or"
                    + " add an issuer with a secret and a userPrefix of its own for trials";

    private SigningIssuer() {}

    /** The issuer, or a text for the operator that says what to do. */
    static Result<IssuerConfig, String> of(NodeConfig config) {
        List<IssuerConfig> issuers = config.auth().tokens().issuers();
        return issuers.stream()
                .filter(TokenSigner::canSignFor)
                .findFirst()
                .map(Result::<IssuerConfig, String>done)
                .orElseGet(() -> Result.refused(issuers.isEmpty() ? NO_ISSUER : NO_SECRET));
    }
}
