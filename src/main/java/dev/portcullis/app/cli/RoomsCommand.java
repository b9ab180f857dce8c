package dev.portcullis.app.cli;

import dev.portcullis.config.Json;
import dev.portcullis.config.text.EscapedText;
import dev.portcullis.protocol.RoomId;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rooms}: asks a running node about rooms, over its operators' listener. */
@Command(name = "rooms", description = "Says what users may do in a room.", synopsisSubcommandLabel = "COMMAND")
public final class RoomsCommand extends CommandGroup {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int OK = 200;

    public RoomsCommand(Map<String, String> environment) {
        super(environment);
    }

    /** The action to explain, with its user and room. */
    static final class Asked {
        @Option(names = "--user", required = true, paramLabel = "ID", description = "Who does it.")
        String user = "";

        @Option(names = "--room", required = true, paramLabel = "ID", description = "In which room.")
        String room = "";

        @Option(
                names = "--action",
                required = true,
                paramLabel = "ACTION",
                description = "What: an action of the table permissions, such as chat or rooms.members.")
        String action = "";

        @Option(
                names = "--role",
                paramLabel = "ROLE",
                defaultValue = "member",
                description =
                        "The role in the user's token: unverified, member, moderator or admin. Default: ${DEFAULT-VALUE}.")
        String role = "member";

        @Option(
                names = "--token-room",
                paramLabel = "ROOM",
                description = "A room, or a prefix ending in *, that the user's token grants. May be repeated.")
        List<String> tokenRooms = new ArrayList<>();
    }

    @Command(
            name = "explain",
            description = {
                "Prints which rule lets a user do something in a room, or refuses it.",
                "Asks the node of this configuration at admin.host and admin.port, with admin.apiKey or a token that is"
                        + " signed with the key of the configuration."
            },
            footer = {
                "",
                "Example: portcullis rooms explain --user ben --room lobby --action chat --config conf/dev.json"
            })
    int explain(@Mixin ConfigOptions config, @Mixin Asked asked) throws Exception {
        if (!RoomId.isValid(asked.room)) { // a path is not decoded
            return failed("--room is no id of a room: 1 to 64 letters, digits and _.:-");
        }
        return config.run(environment(), err(), valid -> ask(new OperatorClient(valid.value()), asked));
    }

    private int ask(OperatorClient node, Asked asked) {
        String query = "?userId=" + encoded(asked.user) + "&action=" + encoded(asked.action) + "&role="
                + encoded(asked.role)
                + (asked.tokenRooms.isEmpty() ? "" : "&tokenRooms=" + encoded(String.join(",", asked.tokenRooms)));
        try {
            return node.call("GET", "/admin/rooms/" + asked.room + "/decision" + query, PATIENCE)
                    .fold(answer -> print(node, answer), this::failed);
        } catch (IOException unreachable) {
            return failed(
                    "no node answers at " + node.listener() + "; start it, or name its --config or --set admin.port");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return failed("interrupted");
        }
    }

    private int print(OperatorClient node, HttpResponse<String> answer) {
        return decision(answer)
                .map(this::print)
                .orElseGet(() -> failed("the node at " + node.listener() + " answered " + answer.statusCode()
                        + "; 400 means an unknown --action, --role or id, 401 another key than the node's"));
    }

    private static Optional<Map<?, ?>> decision(HttpResponse<String> answer) {
        try {
            return answer.statusCode() == OK && Json.parse(answer.body()) instanceof Map<?, ?> decision
                    ? Optional.of(decision)
                    : Optional.empty();
        } catch (IOException noJson) {
            return Optional.empty();
        }
    }

    private int print(Map<?, ?> decision) {
        StringBuilder text = new StringBuilder();
        line(text, Boolean.TRUE.equals(decision.get("granted")) ? "granted" : "refused", decision.get("because"));
        line(text, "rule", decision.get("rule"));
        line(text, "access", decision.get("accessBecause"));
        line(text, "role", decision.get("role"));
        return print((Object) text);
    }

    private static void line(StringBuilder text, String name, @Nullable Object value) {
        if (value != null) {
            text.append(name)
                    .append(": ")
                    .append(EscapedText.of(value.toString()))
                    .append('\n');
        }
    }

    private int failed(String why) {
        err().println(why);
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
