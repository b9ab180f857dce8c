package dev.portcullis.app.cli;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.StartupException;
import dev.portcullis.auth.token.TokenConfig;
import dev.portcullis.auth.token.TokenInspection;
import dev.portcullis.auth.token.TokenSigner;
import dev.portcullis.client.command.RoleConverter;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code token}: makes a token for trials with a secret of the configuration; {@code token check} says what is wrong
 * with one.
 */
@Command(
        name = "token",
        description = "Prints a token, signed with the secret of the configuration's first issuer that has one.",
        sortOptions = false,
        footer = {"", "Example: portcullis token -c conf/dev.json --user alice --role member --rooms team-1,ops-*"})
public final class TokenCommand implements Callable<Integer> {
    private static final int TIMEOUT_SECONDS = 30;

    /** Longer than any acceptable token; of longer input only the beginning is checked. */
    private static final int MAX_INPUT_BYTES = 65_536;

    private final Map<String, String> environment;
    private final Signer signer;
    private final InputStream in;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOptions config = new ConfigOptions();

    /** Makes tokens that a node with this configuration accepts. */
    @FunctionalInterface
    public interface Signer {
        String sign(NodeConfig config, TokenRequest request) throws Exception;
    }

    /** @param rooms ids, or prefixes that end in {@code *} */
    public record TokenRequest(UserId user, Role role, List<String> rooms, Duration ttl) {
        public TokenRequest {
            rooms = List.copyOf(rooms);
        }
    }

    /** A group, because these options are required for {@code token} but not for {@code token check}. */
    @ArgGroup(exclusive = false, multiplicity = "0..1")
    private @Nullable Request options;

    /** The contents of the token. */
    static final class Request {
        @Option(
                names = "--user",
                paramLabel = "ID",
                required = true,
                converter = CliConverters.User.class,
                description = "Who the bearer is.")
        private UserId user = new UserId("anonymous");

        @Option(
                names = "--role",
                paramLabel = "ROLE",
                required = true,
                converter = RoleConverter.class,
                description = "What the bearer may do: unverified, member, moderator or admin.")
        private Role role = Role.MEMBER;

        @Option(
                names = "--rooms",
                paramLabel = "ROOM",
                split = ",",
                converter = CliConverters.RoomPattern.class,
                description =
                        "Rooms that the token itself grants, separated by commas; team-* grants all with that prefix.")
        private List<String> rooms = new ArrayList<>();

        @Option(
                names = "--ttl",
                paramLabel = "TIME",
                defaultValue = "1h",
                converter = CliConverters.DurationConverter.class,
                description =
                        "How long the token lives: 90s, 30m, 12h, at most auth.maxLifetime (default: ${DEFAULT-VALUE}).")
        private Duration ttl = Duration.ZERO;

        TokenRequest request() {
            return new TokenRequest(user, role, rooms, ttl);
        }
    }

    /** @param in where {@code token check} reads a token that is no argument: each process sees arguments (CWE-214); not closed */
    public TokenCommand(Map<String, String> environment, Signer signer, InputStream in) {
        this.environment = environment;
        this.signer = signer;
        this.in = in;
    }

    @Override
    public Integer call() throws Exception {
        if (options == null) {
            throw new ParameterException(spec.commandLine(), "Missing required options: '--user=ID', '--role=ROLE'");
        }
        TokenRequest request = options.request();
        return config.run(environment, spec.commandLine().getErr(), valid -> {
            spec.commandLine().getOut().println(signer.sign(valid.value(), request));
            return CommandLine.ExitCode.OK;
        });
    }

    @Command(
            name = "check",
            description = {
                "Reads a token from the standard input, a file, or its argument, and says in one line whether a node with this"
                        + " configuration would accept it now; if not why, and which issuer it means.",
                "Keys of issuers with jwks or discovery are read from their servers, as a node does. Limits and revocations,"
                        + " which only a running node knows, are not checked."
            },
            exitCodeOnExecutionException = CommandLine.ExitCode.USAGE, // the usual 1 would say that it is refused
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:it is accepted", "1:it is refused", "2:it can't be checked; a line says why"},
            footer = {"", "Example: portcullis token check -c conf/dev.json --file token.txt"})
    int check(
            @Parameters(
                            paramLabel = "TOKEN",
                            arity = "0..1",
                            description = "The token; each user of this machine can see it in the list of processes.")
                    @Nullable
                    String argument,
            @Option(names = "--file", paramLabel = "FILE", description = "Where the token is.") @Nullable Path file)
            throws Exception {
        if (argument != null && file != null) {
            throw new ParameterException(checkCommand(), "there are two tokens; give TOKEN or --file, not both");
        }
        String token = given(argument == null ? read(Optional.ofNullable(file)) : argument);
        return ConfigOptions.run(
                config.load(environment),
                CommandLine.ExitCode.USAGE,
                spec.commandLine().getErr(),
                valid -> check(valid.value().tokens(), token));
    }

    private int check(TokenConfig tokens, String token) throws Exception {
        if (tokens.issuers().isEmpty()) {
            err(ConfigTokenSource.NO_ISSUER);
            return CommandLine.ExitCode.USAGE;
        }
        Vertx vertx = Vertx.vertx();
        try {
            TokenReport report = TokenReport.of(TokenInspection.of(vertx, tokens, token, System::currentTimeMillis)
                    .await(TIMEOUT_SECONDS, TimeUnit.SECONDS));
            return print(report);
        } finally {
            vertx.close().await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }
    }

    private int print(TokenReport report) {
        if (report.verdict() == TokenReport.Verdict.UNKNOWN) {
            err(report.line());
            return CommandLine.ExitCode.USAGE;
        }
        spec.commandLine().getOut().println(report.line());
        return report.verdict() == TokenReport.Verdict.ACCEPTED
                ? CommandLine.ExitCode.OK
                : CommandLine.ExitCode.SOFTWARE;
    }

    private String given(String text) {
        String token = text.strip();
        if (token.isEmpty()) {
            throw new ParameterException(
                    checkCommand(), "there is no token; write it to the standard input, or name its --file");
        }
        return token;
    }

    private String read(Optional<Path> file) {
        try {
            return file.isPresent() ? read(file.get()) : text(in);
        } catch (IOException unreadable) {
            throw new ParameterException(
                    checkCommand(), "the token can't be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private static String read(Path file) throws IOException {
        try (InputStream source = Files.newInputStream(file)) {
            return text(source);
        }
    }

    private static String text(InputStream source) throws IOException {
        return new String(source.readNBytes(MAX_INPUT_BYTES), StandardCharsets.ISO_8859_1);
    }

    /** A usage error points to the help of {@code token check}, not of {@code token}. */
    private CommandLine checkCommand() {
        return Objects.requireNonNull(spec.commandLine().getSubcommands().get("check"));
    }

    private void err(String line) {
        spec.commandLine().getErr().println(line);
    }

    /** Signs with the secret of the configuration's first issuer that has one. */
    public static String signAsFirstIssuer(NodeConfig config, TokenRequest request) throws Exception {
        TokenSigner signer = ConfigTokenSource.signer(config)
                .<Callable<TokenSigner>>fold(known -> () -> known, why -> () -> {
                    throw new StartupException(why);
                })
                .call();
        Duration longest = Duration.ofMillis(config.auth().tokens().maxLifetime());
        if (request.ttl().compareTo(longest) > 0) {
            throw new StartupException("--ttl: is longer than auth.maxLifetime (" + longest.toSeconds()
                    + " s), so no node would accept the token");
        }
        return signer.mint(request.user().value(), request.role(), request.rooms(), Optional.empty(), request.ttl());
    }
}
