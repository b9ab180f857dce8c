package dev.portcullis.client.bench;

import dev.portcullis.client.command.ConnectOptions;
import dev.portcullis.client.command.UserTokens;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Puts load on a server and prints a report. */
@Command(
        name = "bench",
        sortOptions = false,
        description = "Puts load on a server: rooms x members x rate, or a closed loop.",
        footer = {
            "",
            "Each member is a user of its own (bench-0, bench-1, ...) unless --token makes all of them one.",
            "A secret or token may also stand in the environment as PORTCULLIS_SECRET or PORTCULLIS_TOKEN.",
            "Latency counts from the time at which a message was due, so delays of the client count too.",
            "Exit codes: 0 every promise was kept, 1 something was lost, duplicated, out of order, refused, cut or unanswered,",
            "or nothing was measured, 2 the command is wrong."
        })
public final class BenchCommand implements Callable<Integer> {
    private final UserTokens.FromConfig configs;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "ws://127.0.0.1:8080/ws",
            description =
                    "where the server listens (default: ${DEFAULT-VALUE}); give it once for each node of a cluster")
    private List<String> urls = List.of();

    @Option(names = "--rooms", defaultValue = "1", description = "chat rooms (default: ${DEFAULT-VALUE})")
    private int rooms;

    @Option(names = "--members", defaultValue = "10", description = "members of each room (default: ${DEFAULT-VALUE})")
    private int members;

    @Option(
            names = "--senders",
            defaultValue = "0",
            description = "members of each room that write in turn; 0 for all of them (default: ${DEFAULT-VALUE})")
    private int senders;

    @ArgGroup(exclusive = true)
    private LoadOptions loadOptions = new LoadOptions();

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "200",
            description = "length of a message's content, 16 to 1000 (default: ${DEFAULT-VALUE})")
    private int size;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "load before the measured time (default: ${DEFAULT-VALUE})")
    private double warmup;

    @Option(
            names = "--duration",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "measured time (default: ${DEFAULT-VALUE})")
    private double duration;

    @Option(
            names = "--drain",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "how long to wait for the last deliveries (default: ${DEFAULT-VALUE})")
    private double drain;

    @Option(
            names = "--parallel",
            defaultValue = "32",
            description = "handshakes under way at once (default: ${DEFAULT-VALUE})")
    private int parallel;

    @Option(
            names = "--connect-rate",
            defaultValue = "0",
            description = "handshakes a second at most; 0 for as fast as they go (default: ${DEFAULT-VALUE})")
    private int connectRate;

    @Option(names = "--loops", defaultValue = "1", description = "event loops that run the members (default: 1)")
    private int loops;

    @Option(
            names = "--room-prefix",
            paramLabel = "TEXT",
            defaultValue = "bench-",
            description = "how the rooms' names begin; the tokens grant it (default: ${DEFAULT-VALUE})")
    private String roomPrefix = "";

    @Mixin
    private ConnectOptions connect = new ConnectOptions();

    @Mixin
    private BenchTokens tokenOptions = new BenchTokens();

    @Option(names = "--json", description = "print the report as one JSON object")
    private boolean json;

    /** Either a schedule or a closed loop. */
    private static final class LoadOptions {
        @Option(names = "--rate", paramLabel = "N", description = "messages a second in all (default: 5)")
        private @Nullable Double rate;

        @Option(
                names = "--closed",
                paramLabel = "N",
                description =
                        "instead: so many messages in flight in each room, the next when one has reached all members")
        private @Nullable Integer closed;
    }

    public BenchCommand(UserTokens.FromConfig configs) {
        this.configs = configs;
    }

    @Override
    public Integer call() {
        BenchPlan plan = plan();
        return tokenOptions
                .source(configs, System.getenv(), connect::usageError)
                .fold(tokens -> run(plan, tokens), why -> {
                    connect.err().println(why);
                    return 1;
                });
    }

    private BenchPlan plan() {
        try {
            Optional<Integer> closed = Optional.ofNullable(loadOptions.closed);
            double rate = Optional.ofNullable(loadOptions.rate).orElse(5.0);
            return BenchPlan.against(urls)
                    .withPopulation(rooms, members, senders == 0 ? members : senders)
                    .withLoad(closed.<BenchPlan.Load>map(inFlight -> new BenchPlan.Closed(inFlight, size))
                            .orElseGet(() -> new BenchPlan.Open(rate, size)))
                    .withPhases(millis(warmup), millis(duration), millis(drain))
                    .withDialling(new BenchPlan.Dialling(parallel, connectRate, loops, roomPrefix, connect.origin()));
        } catch (IllegalArgumentException invalid) {
            throw connect.usageError(String.valueOf(invalid.getMessage()));
        }
    }

    private int run(BenchPlan plan, UserTokens tokens) {
        Vertx vertx =
                Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops + 1).setPreferNativeTransport(true));
        try {
            BenchReport report = BenchRun.run(vertx, plan, connect.transport(), tokens, this::show)
                    .await();
            connect.out().println(json ? report.toJson().encode() : report.toText());
            connect.out().flush();
            return report.sound() ? 0 : 1;
        } finally {
            vertx.close().await();
        }
    }

    /** Shows progress on a terminal only: a pipe gets just the report. */
    private void show(BenchRun.Progress progress) {
        if (Ansi.AUTO.enabled()) {
            connect.err()
                    .printf(
                            "%s: %,d of %,d joined, %,d sent, %,d delivered%n",
                            progress.phase().name().toLowerCase(Locale.ROOT),
                            progress.joined(),
                            progress.planned(),
                            progress.sent(),
                            progress.deliveries());
            connect.err().flush();
        }
    }

    private static long millis(double seconds) {
        return Math.round(seconds * TimeUnit.SECONDS.toMillis(1));
    }
}
