package dev.portcullis.client.chat;

import dev.portcullis.client.ClientOptions;
import dev.portcullis.client.Dialer;
import dev.portcullis.client.command.ConnectOptions;
import dev.portcullis.client.command.RoleConverter;
import dev.portcullis.client.command.UserTokens;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The terminal client. */
@Command(
        name = "chat",
        description = "Talks in a room from this terminal.",
        footer = {
            "",
            "Type a line to send it; /join ROOM, /history and /quit (or Ctrl-D) do what they say.",
            "A token may also stand in the environment as PORTCULLIS_TOKEN, where no process list shows it.",
            "Exit codes: 0 you left, 1 the server is unreachable or refuses you, 2 the command is wrong."
        })
public final class ChatCommand implements Callable<Integer> {
    private static final String TOKEN_VARIABLE = "PORTCULLIS_TOKEN";
    private static final int UNANSWERED_LINES = 16;
    private static final int LAST_ANSWERS_SECONDS = 5;

    private final UserTokens.FromConfig configs;
    private final Supplier<Reader> keyboard;
    private final int lastAnswersSeconds;

    @Parameters(
            paramLabel = "URL",
            arity = "1..*",
            description =
                    "where the server listens, such as ws://localhost:8080/ws; more than one: nodes of a cluster, of"
                            + " which the next is tried when one is lost")
    private List<String> urls = List.of();

    @Option(names = "--token", paramLabel = "TOKEN", description = "a token of the server's issuer")
    private @Nullable String token;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "the server's configuration, to make a token with its key; needs --user")
    private @Nullable Path config;

    @Option(names = "--user", paramLabel = "NAME", description = "the user to connect as, with --config")
    private @Nullable String user;

    @Option(
            names = "--room",
            paramLabel = "ROOM",
            defaultValue = "lobby",
            description = "the room to join at first (default: ${DEFAULT-VALUE})")
    private String room = "";

    @Option(
            names = "--role",
            defaultValue = "member",
            converter = RoleConverter.class,
            description =
                    "what a token made with --config permits: unverified, member, moderator or admin (default: ${DEFAULT-VALUE})")
    private Role role = Role.MEMBER;

    @Option(
            names = "--rooms",
            paramLabel = "ROOM",
            split = ",",
            description = "rooms that a token made with --config grants; team-* grants all with that prefix"
                    + " (default: the room of --room)")
    private List<String> rooms = List.of();

    @Mixin
    private ConnectOptions connect = new ConnectOptions();

    /** @param in the keyboard, which is not closed */
    public ChatCommand(UserTokens.FromConfig configs, InputStream in) {
        // The terminal's own encoding, which is not always UTF-8.
        this(configs, () -> new InputStreamReader(in, Charset.defaultCharset()), LAST_ANSWERS_SECONDS);
    }

    /** @param lastAnswersSeconds how long the command waits for outstanding acks at the end of the input */
    ChatCommand(UserTokens.FromConfig configs, Supplier<Reader> keyboard, int lastAnswersSeconds) {
        this.configs = configs;
        this.keyboard = keyboard;
        this.lastAnswersSeconds = lastAnswersSeconds;
    }

    @Override
    public Integer call() throws Exception {
        if (!RoomId.isValid(room)) {
            throw connect.usageError("--room must be 1 to 64 letters, digits and _.:-");
        }
        if (!rooms.stream().allMatch(ChatCommand::namesRooms)) {
            throw connect.usageError(
                    "--rooms must be rooms or prefixes of their names that end in *, such as lobby,team-*");
        }
        return source().fold(this::talkAs, why -> {
            connect.err().println(why);
            return 1;
        });
    }

    private Result<UserTokens, String> source() {
        Optional<String> given = Optional.ofNullable(token);
        Optional<Path> file = Optional.ofNullable(config);
        if (given.isPresent() && file.isPresent()) {
            throw connect.usageError("--token and --config exclude each other");
        }
        if (file.isPresent()) {
            if (user == null || !UserId.isValid(user)) {
                throw connect.usageError("--config needs --user: 1 to 128 letters, digits and _.:@|+-");
            }
            return configs.read(file.get(), role);
        }
        String fixed = given.or(() -> Optional.ofNullable(System.getenv(TOKEN_VARIABLE)))
                .orElseThrow(() -> connect.usageError("give --token, or --config and --user"));
        if (!Dialer.canCarry(fixed)) {
            throw connect.usageError("the token is too long or has characters that no JWT has");
        }
        return Result.done((any, rooms) -> fixed);
    }

    private int talkAs(UserTokens source) {
        ClientOptions options;
        try {
            options = ClientOptions.to(
                            urls,
                            () -> Future.succeededFuture(source.tokenFor(
                                    Optional.ofNullable(user).orElse(""), rooms.isEmpty() ? List.of(room) : rooms)))
                    .withOrigin(connect.origin())
                    .withPacing(false) // who types is shown the limits, and counted down
                    .withTransport(connect.transport());
        } catch (IllegalArgumentException malformed) {
            throw connect.usageError(String.join(" ", urls) + ": " + malformed.getMessage());
        }
        return talk(options);
    }

    private int talk(ClientOptions options) {
        Vertx vertx = Vertx.vertx();
        PrintWriter out = connect.out();
        ChatSession session = new ChatSession(vertx, options, room, new Transcript(ZoneId.systemDefault()), line -> {
            out.println(line);
            out.flush();
        });
        Thread reader = new Thread(() -> read(session), "keyboard");
        reader.setDaemon(true);
        reader.start();
        int code = session.exit().await();
        session.close().transform(any -> vertx.close()).await();
        return code;
    }

    private void read(ChatSession session) {
        Semaphore unanswered = new Semaphore(UNANSWERED_LINES);
        try {
            BufferedReader lines = new BufferedReader(keyboard.get());
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                unanswered.acquire(); // bounds the memory when a file is piped in
                session.typed(line).onComplete(any -> unanswered.release());
            }
            boolean all = unanswered.tryAcquire(UNANSWERED_LINES, lastAnswersSeconds, TimeUnit.SECONDS);
            if (!all) {
                connect.err().println("!! some lines were not acknowledged");
            }
        } catch (IOException | InterruptedException ended) {
            connect.err().println("!! the input can't be read");
        }
        session.inputEnded();
    }

    private static boolean namesRooms(String pattern) {
        String prefix = pattern.endsWith("*") ? pattern.substring(0, pattern.length() - 1) : pattern;
        return pattern.equals("*") || RoomId.isValid(prefix);
    }
}
