package dev.portcullis.app.cli;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.auth.token.IssuerConfig;
import dev.portcullis.auth.token.TokenSigner;
import dev.portcullis.client.command.UserTokens;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.config.Problem;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Makes tokens for the commands with the secret of a node's configuration. */
public final class ConfigTokenSource implements UserTokens.FromConfig {
    static final String NO_ISSUER =
            "auth.issuers: is empty, so there is no key to sign with; name a configuration that runs the stage auth";
    private static final String NO_SECRET =
            "auth.issuers: none has a secret of HS256, so only the issuers themselves can make tokens: get one there, or"
                    + " add an issuer with a secret and a userPrefix of its own for trials";
    private static final Duration LIFETIME = Duration.ofHours(1);

    private final Map<String, String> environment;

    public ConfigTokenSource(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Result<UserTokens, String> read(Path file, Role role) {
        return ConfigFile.load(file, List.of(), environment, NodeConfigReader::read)
                .fold(
                        valid -> signer(valid.value())
                                .fold(signer -> Result.done(tokensOf(valid.value(), signer, role)), Result::refused),
                        invalid -> Result.refused(invalid.problems().stream()
                                .map(Problem::toString)
                                .collect(Collectors.joining(" | "))));
    }

    private static UserTokens tokensOf(NodeConfig config, TokenSigner signer, Role role) {
        Duration lifetime = Duration.ofMillis(
                Math.min(LIFETIME.toMillis(), config.auth().tokens().maxLifetime()));
        return (user, rooms) -> signer.mint(user, role, rooms, Optional.empty(), lifetime);
    }

    /** Signs as the first issuer that has a secret; or a text for the operator that says what to do. */
    static Result<TokenSigner, String> signer(NodeConfig config) {
        List<IssuerConfig> issuers = config.auth().tokens().issuers();
        return issuers.stream()
                .filter(TokenSigner::canSignFor)
                .findFirst()
                .map(issuer -> Result.<TokenSigner, String>done(new TokenSigner(issuer, System::currentTimeMillis)))
                .orElseGet(() -> Result.refused(issuers.isEmpty() ? NO_ISSUER : NO_SECRET));
    }
}
