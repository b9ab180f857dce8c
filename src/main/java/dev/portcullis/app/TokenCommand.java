package dev.portcullis.app;

import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code token}: a token for trying things out, made with a secret of the configuration. */
@Command(
        name = "token",
        description = "Prints a token, signed with the secret of the configuration's first issuer.",
        sortOptions = false,
        footer = {"", "Example: portcullis token -c conf/dev.json --user alice --role member --rooms team-1,ops-*"})
public final class TokenCommand implements Callable<Integer> {
    private final Map<String, String> environment;
    private final Mint mint;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOptions config = new ConfigOptions();

    @Option(
            names = "--user",
            paramLabel = "ID",
            required = true,
            converter = Words.User.class,
            description = "Who the bearer is.")
    private UserId user = new UserId("unnamed");

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            required = true,
            converter = Words.RoleWord.class,
            description = "What the bearer may do: member, moderator or admin.")
    private Role role = Role.MEMBER;

    @Option(
            names = "--rooms",
            paramLabel = "ROOM",
            split = ",",
            converter = Words.RoomPattern.class,
            description = "Rooms that the token itself opens, separated by commas; team-* is every one that begins so.")
    private List<String> rooms = new ArrayList<>();

    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            defaultValue = "1h",
            converter = Words.Span.class,
            description = "How long the token lives: 90s, 30m, 1h, 7d (default: ${DEFAULT-VALUE}).")
    private Duration ttl = Duration.ZERO;

    public TokenCommand(Map<String, String> environment, Mint mint) {
        this.environment = environment;
        this.mint = mint;
    }

    @Override
    public Integer call() throws Exception {
        return config.load(environment)
                .<Callable<Integer>>fold(
                        good -> () -> print(good.value()),
                        bad -> () -> Complaint.about(
                                bad.problems(), spec.commandLine().getErr()))
                .call();
    }

    private int print(NodeConfig node) throws StartFailure {
        spec.commandLine().getOut().println(mint.mint(node, new TokenOrder(user, role, rooms, ttl)));
        return CommandLine.ExitCode.OK;
    }
}
