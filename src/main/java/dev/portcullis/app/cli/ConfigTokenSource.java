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

/** Makes tokens for the client commands with the secret of a node's configuration. */
public final class ConfigTokenSource implements UserTokens.FromConfig {
    private static final Duration LIFETIME = Duration.ofHours(1);

    private final Map<String, String> environment;

    public ConfigTokenSource(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Result<UserTokens, String> read(Path file, Role role) {
        return ConfigFile.load(file, List.of(), environment, NodeConfigReader::read)
                .fold(
                        valid -> found(valid.value(), role),
                        invalid -> Result.refused(invalid.problems().stream()
                                .map(Problem::toString)
                                .collect(Collectors.joining(" | "))));
    }

    private static Result<UserTokens, String> found(NodeConfig config, Role role) {
        return SigningIssuer.of(config).fold(issuer -> Result.done(tokensOf(config, issuer, role)), Result::refused);
    }

    private static UserTokens tokensOf(NodeConfig config, IssuerConfig issuer, Role role) {
        TokenSigner signer = new TokenSigner(issuer, System::currentTimeMillis);
        Duration lifetime = Duration.ofMillis(
                Math.min(LIFETIME.toMillis(), config.auth().tokens().maxLifetime()));
        return (user, rooms) -> signer.mint(user, role, rooms, Optional.empty(), lifetime);
    }
}
