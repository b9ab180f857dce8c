package dev.portcullis.hooks;

import dev.portcullis.audit.LogThrottle;
import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.hooks.LaneProgress.Next;
import dev.portcullis.hooks.outbox.HookOutbox;
import dev.portcullis.hooks.outbox.HookOutbox.Bounds;
import dev.portcullis.hooks.outbox.HookOutbox.Claim;
import dev.portcullis.hooks.outbox.HookOutbox.LaneState;
import dev.portcullis.hooks.outbox.StoredEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers what waits in the outboxes. One delivery of a lane is under way at a time over the whole cluster, since a claim
 * has one taker; so what has one key, and is therefore in one lane, arrives in order. Runs on one context.
 */
final class HookPump {
    private static final Logger LOG = LoggerFactory.getLogger(HookPump.class);

    /** With what JSON adds, below the longest body of an outgoing request. */
    private static final int BATCH_BYTES = 512 << 10;

    private static final long CLAIM_MARGIN_MS = 5_000;
    private static final long FAULTY_AUTHOR_MS = 500;
    private static final int ROUNDS = 16; // of one lane in a row, while others wait for a turn

    private final HookOutbox outbox;
    private final HookTarget target;
    private final HooksConfig config;
    private final String taker;
    private final int inFlight;
    private final LongSupplier nanos;
    private final HookCounts counts;
    private final EnumCounters<HookResult> results;
    private final LogThrottle failures = new LogThrottle(System::nanoTime);
    private final LogThrottle discards = new LogThrottle(System::nanoTime);
    private final Random random = new Random();
    private final FaultyAuthors faultyAuthors = new FaultyAuthors();
    private final Map<Integer, LaneProgress> troubled = new HashMap<>();
    private final Set<Integer> proven = new HashSet<>();
    private final Set<Integer> busy = new HashSet<>();
    private final Set<Integer> ending = new HashSet<>();
    private final Promise<Void> idle = Promise.promise();
    private long taken;
    private boolean surveying;
    private boolean stopped;

    /** @param taker names this pump over the whole cluster, and no former one */
    HookPump(
            HookOutbox outbox,
            HookTarget target,
            HooksConfig config,
            String taker,
            LongSupplier nanos,
            HookCounts counts,
            EnumCounters<HookResult> results) {
        this.outbox = outbox;
        this.target = target;
        this.config = config;
        this.taker = taker;
        this.inFlight = config.http().map(http -> http.bounds().inFlight()).orElse(1);
        this.nanos = nanos;
        this.counts = counts;
        this.results = results;
    }

    /** Looks at all lanes, and begins what is due. */
    void poll() {
        if (surveying || stopped) {
            return;
        }
        surveying = true;
        outbox.survey()
                .onComplete(
                        lanes -> {
                            surveying = false;
                            counts.update(lanes);
                            begin(lanes);
                        },
                        unknown -> surveying = false);
    }

    /** Completes once no delivery is under way. */
    Future<Void> stop() {
        stopped = true;
        completeIfIdle();
        return idle.future();
    }

    /**
     * In another order each time: a node that can't take all lanes does not always leave the same ones. Lanes of which events
     * were taken come first, and suspect ones last, so that another one shows whether the application takes events again. Of
     * many suspect ones some come to an end soon, and show whose events are at fault: that with most attempts goes first.
     */
    private void begin(List<LaneState> lanes) {
        List<LaneState> shuffled = new ArrayList<>(lanes);
        Collections.shuffle(shuffled, random);
        shuffled.sort(Comparator.comparing((LaneState lane) -> !isProven(lane.lane()))
                .thenComparing(lane -> isSuspect(lane.lane()))
                .thenComparing(lane -> faults(lane.lane()), Comparator.reverseOrder()));
        shuffled.stream().filter(LaneState::orphans).forEach(lane -> endOrphans(lane.lane()));
        List<Integer> waiting = shuffled.stream()
                .filter(lane -> lane.waiting() > 0 && !lane.claimed())
                .map(LaneState::lane)
                .toList();
        switch (target.position()) {
            case CLOSED -> waiting.stream().filter(this::isDue).forEach(this::begin);
            case HALF_OPEN -> waiting.stream().limit(1).forEach(this::begin);
            case OPEN -> {}
        }
    }

    private void begin(int lane) {
        if (!stopped && isFree(lane) && busy.add(lane)) {
            deliver(lane, ROUNDS);
        }
    }

    /** Lanes that are suspect, or whose events were never taken, have half of the requests: each may take the whole deadline. */
    private boolean isFree(int lane) {
        return busy.size() < inFlight
                && (isProven(lane)
                        || busy.stream().filter(each -> !isProven(each)).count() < Math.max(1, inFlight / 2));
    }

    private boolean isProven(int lane) {
        return proven.contains(lane) && !isSuspect(lane);
    }

    private boolean isSuspect(int lane) {
        LaneProgress progress = troubled.get(lane);
        return progress != null && progress.isSuspect();
    }

    private int faults(int lane) {
        return Optional.ofNullable(troubled.get(lane)).map(LaneProgress::faults).orElse(0);
    }

    private boolean isDue(int lane) {
        LaneProgress progress = troubled.get(lane);
        return progress == null || progress.isDue(nanos.getAsLong());
    }

    private void endOrphans(int lane) {
        if (ending.add(lane)) {
            outbox.endOrphans(lane).onComplete(any -> ending.remove(lane));
        }
    }

    private void deliver(int lane, int rounds) {
        LaneProgress progress = progress(lane);
        int size = progress.isProbing() ? config.batch() : progress.size(config.batch());
        outbox.claim(lane, taker, new Bounds(size, BATCH_BYTES, 2 * target.deadlineMs() + CLAIM_MARGIN_MS))
                .onComplete(
                        claimed -> claimed.ifPresentOrElse(claim -> send(claim, rounds), () -> end(lane)),
                        failure -> storeFailed(lane));
    }

    private void send(Claim claim, int rounds) {
        LaneProgress progress = progress(claim.lane());
        Optional<StoredEvent> probe = progress.isProbing() ? ofAnotherKey(claim.events()) : Optional.empty();
        boolean faulty = probe.isEmpty() && isOfFaultyAuthor(claim.events().get(0));
        List<StoredEvent> events =
                probe.map(List::of).orElseGet(() -> first(claim.events(), faulty ? 1 : progress.size(config.batch())));
        target.deliver(events, faulty ? FAULTY_AUTHOR_MS : target.deadlineMs(), () -> progress.areOthersTaken(taken))
                .otherwise(bug -> Delivery.away("internal"))
                .onSuccess(delivery -> {
                    if (probe.isPresent()) {
                        settleProbe(claim, delivery, rounds);
                    } else {
                        settle(claim, events, faulty, delivery, rounds);
                    }
                });
    }

    private boolean isOfFaultyAuthor(StoredEvent event) {
        long now = nanos.getAsLong();
        return !faultyAuthors.isNone(now)
                && author(event)
                        .filter(user -> faultyAuthors.contains(user, now))
                        .isPresent();
    }

    private static Optional<String> author(StoredEvent event) {
        return Optional.ofNullable(new JsonObject(Buffer.buffer(event.json())).getJsonObject("data"))
                .map(data -> data.getString("userId"));
    }

    /** The first ones, up to one of a faulty author: that is delivered alone. */
    private List<StoredEvent> first(List<StoredEvent> events, int most) {
        int end = 1;
        while (end < Math.min(events.size(), most) && !isOfFaultyAuthor(events.get(end))) {
            end++;
        }
        return events.subList(0, end);
    }

    /** One that is the first of its key. Another one each time: it may be no better. */
    private Optional<StoredEvent> ofAnotherKey(List<StoredEvent> events) {
        Map<String, StoredEvent> firsts = new HashMap<>();
        events.forEach(event -> firsts.putIfAbsent(event.key(), event));
        firsts.remove(events.get(0).key());
        firsts.values().removeIf(this::isOfFaultyAuthor);
        List<StoredEvent> others = List.copyOf(firsts.values());
        return others.isEmpty() ? Optional.empty() : Optional.of(others.get(random.nextInt(others.size())));
    }

    private void settleProbe(Claim claim, Delivery delivery, int rounds) {
        Next next = progress(claim.lane()).afterProbe(delivery.outcome(), nanos.getAsLong());
        if (delivery.outcome() == Delivery.Outcome.TAKEN) {
            taken++;
            results.add(HookResult.REPEATED);
        } else {
            count(next, 1, delivery);
        }
        proceed(claim.lane(), outbox.release(claim), rounds);
    }

    private void settle(Claim claim, List<StoredEvent> delivered, boolean faulty, Delivery delivery, int rounds) {
        int lane = claim.lane();
        int events = delivered.size();
        long now = nanos.getAsLong();
        Next next = faulty
                ? progress(lane).afterFaultyAuthor(delivery.outcome(), taken, now)
                : progress(lane).after(delivery.outcome(), events, taken, now);
        if (next == Next.DISCARD && delivery.outcome() == Delivery.Outcome.FAILED) {
            author(delivered.get(0)).ifPresent(user -> faultyAuthors.gaveUpEventOf(user, now));
        }
        Future<Void> settled = switch (next) {
            case REMOVE -> outbox.acknowledge(claim, events);
            case KEEP -> outbox.release(claim);
            case DISCARD -> outbox.discard(claim, delivery.reason());
        };
        if (next == Next.REMOVE) {
            taken += events;
            proven.add(lane);
        }
        count(next, events, delivery);
        proceed(lane, settled, rounds);
    }

    private void proceed(int lane, Future<Void> settled, int rounds) {
        settled.onComplete(
                any -> {
                    if (rounds <= 1 || stopped || !isDue(lane)) {
                        end(lane);
                    } else {
                        deliver(lane, rounds - 1);
                    }
                },
                failure -> storeFailed(lane));
    }

    private void count(Next next, int events, Delivery delivery) {
        HookResult result = switch (next) {
            case REMOVE -> HookResult.DELIVERED;
            case KEEP -> HookResult.REPEATED;
            case DISCARD -> HookResult.DISCARDED;
        };
        for (int i = 0; i < events; i++) {
            results.add(result);
        }
        if (next == Next.KEEP) {
            failures.suppressed()
                    .ifPresent(suppressed -> LOG.atWarn()
                            .addKeyValue("event", "hooks.delivery.failed")
                            .addKeyValue("reason", delivery.reason())
                            .addKeyValue("count", suppressed + 1)
                            .log("the application did not take events; they are delivered again"));
        } else if (next == Next.DISCARD) {
            discards.suppressed()
                    .ifPresent(
                            suppressed -> LOG.atWarn()
                                    .addKeyValue("event", "hooks.event.discarded")
                                    .addKeyValue("reason", delivery.reason())
                                    .addKeyValue("count", suppressed + 1)
                                    .log(
                                            "the application refused an event again and again, or broke over it; it is a dead letter now"));
        }
    }

    private void storeFailed(int lane) {
        progress(lane).away(nanos.getAsLong());
        end(lane);
    }

    private LaneProgress progress(int lane) {
        return troubled.computeIfAbsent(
                lane,
                any -> new LaneProgress(
                        config.retry(), config.attempts(), random::nextDouble, taken, nanos.getAsLong()));
    }

    private void end(int lane) {
        busy.remove(lane);
        if (progress(lane).isSmooth()) {
            troubled.remove(lane);
        }
        completeIfIdle();
    }

    private void completeIfIdle() {
        if (stopped && busy.isEmpty()) {
            idle.tryComplete();
        }
    }
}
