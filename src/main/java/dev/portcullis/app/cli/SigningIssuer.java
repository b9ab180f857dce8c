package dev.portcullis.app.cli;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.auth.token.IssuerConfig;
import dev.portcullis.auth.token.TokenSigner;
import java.util.List;
import java.util.function.Function;

/** The issuer of a configuration whose tokens the commands can make: the first that has a secret. */
sealed interface SigningIssuer {
    String NO_ISSUER =
            "auth.issuers: is empty, so there is no key to sign with; name a configuration that runs the stage auth";
    String NO_SECRET =
            "auth.issuers: none has a secret of HS256, so only the issuers themselves can make tokens: get one there, or"
                    + " add an issuer with a secret and a userPrefix of its own for trials";

    <R> R fold(Function<IssuerConfig, R> found, Function<String, R> none);

    static SigningIssuer of(NodeConfig config) {
        List<IssuerConfig> issuers = config.auth().tokens().issuers();
        return issuers.stream()
                .filter(TokenSigner::canSignFor)
                .findFirst()
                .<SigningIssuer>map(Found::new)
                .orElseGet(() -> new None(issuers.isEmpty() ? NO_ISSUER : NO_SECRET));
    }

    /** It can sign. */
    record Found(IssuerConfig issuer) implements SigningIssuer {
        @Override
        public <R> R fold(Function<IssuerConfig, R> found, Function<String, R> none) {
            return found.apply(issuer);
        }
    }

    /** There is none; the text says what to do. */
    record None(String why) implements SigningIssuer {
        @Override
        public <R> R fold(Function<IssuerConfig, R> found, Function<String, R> none) {
            return none.apply(why);
        }
    }
}
