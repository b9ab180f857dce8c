package dev.portcullis.client.bench;

import dev.portcullis.client.command.ConnectOptions;
import dev.portcullis.client.command.UserTokens;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

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
            "or nothing was measured, 2 the command is wrong.",
            "With --grow the run is repeated for each value; --plot draws its costs, as a ratio to those of the first value."
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

    @Option(
            names = "--joins",
            defaultValue = "1",
            description =
                    "rooms that each member joins, 1 to 100; only in the first of them are messages sent (default: ${DEFAULT-VALUE})")
    private int joins;

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

    @Option(
            names = "--pid",
            paramLabel = "PID",
            description = "a process of the server on this machine, to report its CPU; give it once for each node")
    private List<Long> processes = List.of();

    @Option(
            names = "--grow",
            paramLabel = "QUANTITY=N,N,...",
            converter = GrowthConverter.class,
            description = "run it for each of these rooms, members (of each room) or joins (of each member)")
    private @Nullable Growth growth;

    @Option(
            names = "--rounds",
            defaultValue = "1",
            description = "how often --grow goes through its values; their medians count (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--plot", paramLabel = "FILE", description = "draw the costs of --grow into this SVG file")
    private @Nullable Path plot;

    @Mixin
    private ConnectOptions connect = new ConnectOptions();

    @Mixin
    private BenchTokens tokenOptions = new BenchTokens();

    @Option(names = "--json", description = "print the report as one JSON object")
    private boolean json;

    private static final class GrowthConverter implements ITypeConverter<Growth> {
        @Override
        public Growth convert(String text) {
            try {
                return Growth.of(text);
            } catch (IllegalArgumentException invalid) {
                throw new TypeConversionException(String.valueOf(invalid.getMessage()));
            }
        }
    }

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
        if (plot != null && growth == null) {
            throw connect.usageError("--plot needs --grow");
        }
        if (rounds < 1) {
            throw connect.usageError("there must be at least one round");
        }
        try {
            Optional<Integer> closed = Optional.ofNullable(loadOptions.closed);
            double rate = Optional.ofNullable(loadOptions.rate).orElse(5.0);
            BenchPlan plan = BenchPlan.against(urls)
                    .withPopulation(new BenchPlan.Population(rooms, members, senders == 0 ? members : senders, joins))
                    .withProcesses(processes)
                    .withLoad(closed.<BenchPlan.Load>map(inFlight -> new BenchPlan.Closed(inFlight, size))
                            .orElseGet(() -> new BenchPlan.Open(rate, size)))
                    .withPhases(millis(warmup), millis(duration), millis(drain))
                    .withDialling(new BenchPlan.Dialling(parallel, connectRate, loops, roomPrefix, connect.origin()));
            Optional.ofNullable(growth).ifPresent(of -> of.values().forEach(value -> of.in(plan, value)));
            ServerCpu.of(processes);
            return plan;
        } catch (IllegalArgumentException invalid) {
            throw connect.usageError(String.valueOf(invalid.getMessage()));
        }
    }

    private int run(BenchPlan plan, UserTokens tokens) {
        Vertx vertx =
                Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops + 1).setPreferNativeTransport(true));
        try {
            Function<BenchPlan, BenchReport> once =
                    each -> BenchRun.run(vertx, each, connect.transport(), tokens, this::show)
                            .await();
            return Optional.ofNullable(growth).map(of -> grow(of, plan, once)).orElseGet(() -> print(once.apply(plan)));
        } finally {
            vertx.close().await();
        }
    }

    private int print(BenchReport report) {
        print(report.toText(), report.toJson());
        return report.sound() ? 0 : 1;
    }

    private int grow(Growth of, BenchPlan plan, Function<BenchPlan, BenchReport> once) {
        GrowthReport report = GrowthReport.of(of, plan, rounds, once);
        print(report.toText(), report.toJson());
        return report.sound() && draw(report) ? 0 : 1;
    }

    private boolean draw(GrowthReport report) {
        if (plot != null) {
            try {
                Files.writeString(plot, GrowthPlot.of(report).toSvg());
            } catch (IOException failed) {
                connect.err().println("cannot write " + plot + ": " + failed.getMessage());
                return false;
            }
        }
        return true;
    }

    private void print(String text, JsonObject object) {
        connect.out().println(json ? object.encode() : text);
        connect.out().flush();
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
