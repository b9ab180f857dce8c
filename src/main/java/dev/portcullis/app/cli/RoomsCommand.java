package dev.portcullis.app.cli;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.config.HostPort;
import dev.portcullis.config.Json;
import dev.portcullis.config.Secret;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
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
    private static final Duration LIFETIME = Duration.ofMinutes(1);
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
        return config.run(
                environment(),
                err(),
                valid -> credential(valid.value()).fold(key -> print(ask(valid.value(), asked, key)), this::failed));
    }

    /** The bearer for the operators' listener, or the reason why there is none. */
    private static Result<Secret, String> credential(NodeConfig config) {
        return config.admin()
                .apiKey()
                .map(Result::<Secret, String>done)
                .orElseGet(() -> ConfigTokenSource.signer(config)
                        .fold(
                                signer -> Result.done(new Secret(signer.mint(
                                        "portcullis-cli", Role.ADMIN, List.of(), Optional.empty(), LIFETIME))),
                                Result::refused));
    }

    private static HttpRequest ask(NodeConfig config, Asked asked, Secret bearer) {
        HostPort listener = new HostPort(config.admin().host(), config.admin().port());
        String query = "?userId=" + encoded(asked.user) + "&action=" + encoded(asked.action) + "&role="
                + encoded(asked.role)
                + (asked.tokenRooms.isEmpty() ? "" : "&tokenRooms=" + encoded(String.join(",", asked.tokenRooms)));
        return HttpRequest.newBuilder(
                        URI.create("http://" + listener + "/admin/rooms/" + asked.room + "/decision" + query))
                .header("Authorization", "Bearer " + bearer.reveal())
                .timeout(PATIENCE)
                .build();
    }

    private int print(HttpRequest request) {
        try {
            HttpResponse<String> answer = HttpClient.newBuilder()
                    .connectTimeout(PATIENCE)
                    .build()
                    .send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == OK && Json.parse(answer.body()) instanceof Map<?, ?> decision
                    ? print(decision)
                    : failed("the node at " + request.uri().getAuthority() + " answered " + answer.statusCode()
                            + "; 400 means an unknown --action, --role or id, 401 another key than the node's");
        } catch (IOException unreachable) {
            return failed("no node answers at " + request.uri().getAuthority()
                    + "; start it, or name its --config or --set admin.port");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return failed("interrupted");
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
            text.append(name).append(": ").append(value).append('\n');
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
