package dev.portcullis.client.bench;

import dev.portcullis.client.Dialer;
import dev.portcullis.client.command.UserTokens;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClientOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/** Runs one plan: members join and send, and their deliveries are counted. */
public final class BenchRun {
    private static final long LEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long CHECK_MS = 20;
    private static final long PROGRESS_MS = 1_000;

    private final Vertx vertx;
    private final BenchPlan plan;
    private final UserTokens tokens;
    private final Consumer<Progress> watcher;
    private final List<Dialer> dialers;

    /** Its timers are precise; those of Vert.x have a resolution of one millisecond. */
    private final ScheduledExecutorService scheduler =
            Executors.newSingleThreadScheduledExecutor(BenchRun::clockThread);

    private final List<LoadLoop> loops = new CopyOnWriteArrayList<>();
    private final String roomPrefix;
    private final List<BenchRoom> rooms = new ArrayList<>();
    private final List<BenchMember> members = new ArrayList<>();
    private Optional<Pacer> pacer = Optional.empty();
    private Phase phase = Phase.CONNECTING;
    private final ServerCpu cpu;
    private double handshakesPerSecond;
    private double cpuConnecting;
    private double cpuMeasured;

    /** The progress of a run. */
    public record Progress(Phase phase, int planned, int joined, long sent, long deliveries) {}

    /** The phase of a run. */
    public enum Phase {
        CONNECTING,
        SENDING,
        DRAINING
    }

    private BenchRun(
            Vertx vertx,
            BenchPlan plan,
            WebSocketClientOptions transport,
            UserTokens tokens,
            Consumer<Progress> watcher) {
        this.vertx = vertx;
        this.plan = plan;
        this.tokens = tokens;
        this.watcher = watcher;
        this.roomPrefix = plan.dialling().roomPrefix()
                + Long.toString(ThreadLocalRandom.current().nextLong(1L << 30), Character.MAX_RADIX) + "-";
        this.cpu = ServerCpu.of(plan.processes());
        this.dialers = plan.servers().stream()
                .map(server -> new Dialer(
                        vertx,
                        server,
                        plan.dialling().origin(),
                        transport,
                        plan.population().connections() + 1))
                .toList();
    }

    /** @param tokens asked for users {@code bench-0}, {@code bench-1} and so on, each granted the rooms of the run */
    public static Future<BenchReport> run(
            Vertx vertx,
            BenchPlan plan,
            WebSocketClientOptions transport,
            UserTokens tokens,
            Consumer<Progress> watcher) {
        Promise<BenchReport> report = Promise.promise();
        BenchRun run = new BenchRun(vertx, plan, transport, tokens, watcher);
        vertx.getOrCreateContext().runOnContext(any -> run.start().onComplete(report));
        return report.future();
    }

    private Future<BenchReport> start() {
        long ticker = vertx.setPeriodic(PROGRESS_MS, any -> reportProgress());
        return deployLoops()
                .compose(deployment -> connectAll()
                        .compose(any -> sendAll())
                        .compose(any ->
                                drain(System.nanoTime() + nanos(plan.phases().drainMs()), -1))
                        .compose(any -> count())
                        .eventually(() -> leave(deployment))
                        .onComplete(any -> vertx.cancelTimer(ticker)));
    }

    private Future<String> deployLoops() {
        return vertx.deployVerticle(
                () -> new VerticleBase() {
                    @Override
                    public Future<?> start() {
                        loops.add(new LoadLoop(context));
                        return Future.succeededFuture();
                    }
                },
                new DeploymentOptions().setInstances(plan.dialling().loops()));
    }

    private Future<Void> connectAll() {
        for (int i = 0; i < plan.population().rooms(); i++) {
            rooms.add(new BenchRoom(vertx, roomPrefix + i));
        }
        long startNanos = System.nanoTime();
        double cpuBefore = cpu.micros();
        return RampUp.run(vertx, plan.population().connections(), plan.dialling(), this::connect)
                .onSuccess(any -> {
                    cpuConnecting = cpu.micros() - cpuBefore;
                    handshakesPerSecond = joined()
                            * (double) TimeUnit.SECONDS.toNanos(1)
                            / Math.max(1, System.nanoTime() - startNanos);
                });
    }

    /** Members of one room share a loop, unless there are too few rooms to keep all loops busy. */
    private Future<Void> connect(int number) {
        BenchRoom room = rooms.get(number % rooms.size());
        int loopIndex = rooms.size() < loops.size() ? number : number % rooms.size();
        LoadLoop loop = loops.get(loopIndex % loops.size());
        String token =
                tokens.tokenFor("bench-" + number, List.of(plan.dialling().roomPrefix() + "*"));
        int addressIndex = number / rooms.size() % dialers.size();
        Dialer dialer = dialers.get(addressIndex);
        BenchMember member = new BenchMember(
                vertx,
                room,
                quietRooms(number),
                loop,
                dialer,
                addressIndex,
                plan.load().size());
        members.add(member);
        room.add(member);
        return loop.compose(() -> {
            loop.members().add(member);
            return member.connect(dialer, token);
        });
    }

    private List<String> quietRooms(int number) {
        return IntStream.range(1, plan.population().joins())
                .mapToObj(i -> roomPrefix + number + "-" + i)
                .toList();
    }

    private Future<Void> sendAll() {
        phase = Phase.SENDING;
        rooms.forEach(room -> room.open(plan.population().senders()));
        long from = TimestampMarker.now() + LEAD_NANOS;
        long measureFrom = from + nanos(plan.phases().warmupMs());
        long to = measureFrom + nanos(plan.phases().durationMs());
        return onLoops(loop -> {
                    loop.counters().measure(measureFrom, to);
                    return true;
                })
                .compose(any -> {
                    plan.load().fold(open -> pace(open, from, to), closed -> loop(closed.inFlight()));
                    return sleepUntil(measureFrom);
                })
                .compose(any -> {
                    double cpuBefore = cpu.micros();
                    return sleepUntil(to).onSuccess(then -> cpuMeasured = cpu.micros() - cpuBefore);
                })
                .onSuccess(any -> rooms.forEach(BenchRoom::close));
    }

    private Future<Void> sleepUntil(long nanos) {
        return sleep(TimeUnit.NANOSECONDS.toMillis(Math.max(0, nanos - TimestampMarker.now())) + 1);
    }

    private boolean pace(BenchPlan.Open open, long from, long to) {
        List<LongConsumer> senders = rooms.stream()
                .flatMap(room -> room.senders().stream())
                .<LongConsumer>map(sender -> sender::sendFromAnyThread)
                .toList();
        if (!senders.isEmpty()) {
            Pacer started = new Pacer(scheduler, senders, open.perSecond(), from, to, TimestampMarker::now);
            pacer = Optional.of(started);
            started.start();
        }
        return true;
    }

    private boolean loop(int width) {
        rooms.forEach(room -> room.loop(width));
        return true;
    }

    /**
     * Loops are checked one after the other, so a message may be in flight between two checks. Nothing is in flight
     * only if two rounds in succession find everything answered and no new message sent. Messages that a delayed pacer
     * has still to send belong to the run too.
     *
     * @param sentBefore the number sent as of the last round if everything was answered then, else -1
     */
    private Future<Void> drain(long deadline, long sentBefore) {
        phase = Phase.DRAINING;
        return sleep(CHECK_MS)
                .compose(any -> checkLoops(pacer.map(Pacer::isDone).orElse(true), deadline, sentBefore));
    }

    /** @param paced read first, so that this round sees all that the pacer sent */
    private Future<Void> checkLoops(boolean paced, long deadline, long sentBefore) {
        return onLoops(LoadLoop::check).compose(checks -> {
            boolean complete = paced && checks.stream().allMatch(LoadLoop.Check::complete);
            long sent = checks.stream().mapToLong(LoadLoop.Check::sent).sum();
            return (complete && sent == sentBefore) || System.nanoTime() > deadline
                    ? Future.succeededFuture()
                    : drain(deadline, complete ? sent : -1);
        });
    }

    private Future<BenchReport> count() {
        // The hop through each loop makes its counters visible here.
        return onLoops(LoadLoop::counters)
                .map(counters -> BenchReport.of(
                        plan,
                        handshakesPerSecond,
                        BenchCounters.sum(counters),
                        members.stream()
                                .map(BenchMember::account)
                                .reduce(SeqCheck.Account.EMPTY, SeqCheck.Account::plus),
                        cpu.isKnown()
                                ? Optional.of(new BenchReport.CpuUse(cpuConnecting, cpuMeasured))
                                : Optional.empty()));
    }

    private Future<Void> leave(String deployment) {
        scheduler.shutdownNow();
        return onLoops(loop -> {
                    loop.members().forEach(LoadLoop.Participant::leave);
                    return true;
                })
                .compose(any -> Future.all(dialers.stream().map(Dialer::close).toList()))
                .compose(any -> vertx.undeploy(deployment));
    }

    private void reportProgress() {
        rooms.forEach(BenchRoom::reviveIfStalled);
        Phase now = phase;
        onLoops(loop -> loop.counters().snapshot()).onSuccess(glances -> {
            BenchCounters.Snapshot sum =
                    glances.stream().reduce(new BenchCounters.Snapshot(0, 0, 0), BenchCounters.Snapshot::plus);
            watcher.accept(new Progress(
                    now, plan.population().connections(), (int) sum.joined(), sum.sent(), sum.deliveries()));
        });
    }

    private <T> Future<List<T>> onLoops(Function<LoadLoop, T> work) {
        return Future.all(loops.stream()
                        .map(loop -> loop.call(() -> work.apply(loop)))
                        .toList())
                .map(all -> all.<T>list());
    }

    private int joined() {
        return (int) members.stream().filter(BenchMember::isJoined).count();
    }

    private Future<Void> sleep(long ms) {
        return vertx.timer(ms, TimeUnit.MILLISECONDS).mapEmpty();
    }

    private static Thread clockThread(Runnable work) {
        Thread thread = new Thread(work, "bench-clock");
        thread.setDaemon(true);
        return thread;
    }

    private static long nanos(long ms) {
        return TimeUnit.MILLISECONDS.toNanos(ms);
    }
}
