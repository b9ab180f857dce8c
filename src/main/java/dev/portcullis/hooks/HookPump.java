package dev.portcullis.hooks;

import dev.portcullis.audit.LogThrottle;
import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.config.Live;
import dev.portcullis.hooks.QueueProgress.Next;
import dev.portcullis.hooks.outbox.HookOutbox;
import dev.portcullis.hooks.outbox.HookOutbox.Bounds;
import dev.portcullis.hooks.outbox.HookOutbox.Claim;
import dev.portcullis.hooks.outbox.HookOutbox.Leases;
import dev.portcullis.hooks.outbox.LaneQueue;
import dev.portcullis.hooks.outbox.LaneState;
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
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers what waits in the outboxes. One delivery of a queue is under way at a time over the whole cluster, since a claim
 * has one taker; so what has one key, and is therefore in one queue, arrives in order. Runs on one context.
 */
final class HookPump {
    private static final Logger LOG = LoggerFactory.getLogger(HookPump.class);

    /** With the bytes that JSON adds, a batch stays below the longest body of an outgoing request. */
    private static final int BATCH_BYTES = 512 << 10;

    private static final long CLAIM_MARGIN_MS = 5_000;
    private static final long ORPHANS_EVERY_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int ROUNDS = 16; // of one queue in a row, while others wait for a turn

    private final HookOutbox outbox;
    private final Leases leases;
    private final HookTarget target;
    private final Live<HooksConfig> config;
    private final String taker;
    private final LongSupplier nanos;
    private final Consumer<HookCounts> counts;
    private final EnumCounters<HookResult> results;
    private final LogThrottle failures = new LogThrottle(System::nanoTime);
    private final LogThrottle discards = new LogThrottle(System::nanoTime);
    private final Random random = new Random();
    private final AnswerTime answerTime = new AnswerTime();
    private final Culprits culprits = new Culprits(HookPump::author);
    private final Map<LaneQueue, QueueProgress> troubled = new HashMap<>();
    private final Set<LaneQueue> proven = new HashSet<>();
    private final Set<LaneQueue> busy = new HashSet<>();
    private final Set<Integer> overflowing = new HashSet<>();
    private final Promise<Void> idle = Promise.promise();
    private long taken;
    private boolean surveying;
    private boolean ending;
    private long endedAt;
    private boolean stopped;

    /** @param taker names this pump over the whole cluster, and no former one */
    HookPump(
            HookOutbox outbox,
            Leases leases,
            HookTarget target,
            Live<HooksConfig> config,
            String taker,
            LongSupplier nanos,
            Consumer<HookCounts> counts,
            EnumCounters<HookResult> results) {
        this.outbox = outbox;
        this.leases = leases;
        this.target = target;
        this.config = config;
        this.taker = taker;
        this.nanos = nanos;
        this.endedAt = nanos.getAsLong();
        this.counts = counts;
        this.results = results;
    }

    private int inFlight() {
        return config.get().http().map(http -> http.bounds().inFlight()).orElse(1);
    }

    void poll() {
        if (surveying || stopped) {
            return;
        }
        surveying = true;
        endOrphans();
        outbox.survey()
                .onComplete(
                        lanes -> {
                            surveying = false;
                            counts.accept(HookCounts.of(lanes));
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
     * Begins deliveries in a random order, so that a node that can't take all queues does not always leave the same ones.
     * Queues from which events were taken come first, and suspect ones last, so that another one shows whether the application
     * takes events again. Among suspect ones the queue with most attempts goes first, so that some come to an end soon and show
     * whose events are at fault.
     */
    private void begin(List<LaneState> lanes) {
        lanes.stream().filter(LaneState::full).forEach(lane -> discardOverflow(lane.lane()));
        List<LaneQueue> waiting =
                new ArrayList<>(lanes.stream().flatMap(LaneState::claimable).toList());
        Collections.shuffle(waiting, random);
        waiting.sort(Comparator.comparing((LaneQueue queue) -> !isProven(queue))
                .thenComparing(this::isSuspect)
                .thenComparing(this::faults, Comparator.reverseOrder()));
        switch (target.position()) {
            case CLOSED -> waiting.stream().filter(this::isDue).forEach(this::begin);
            case HALF_OPEN -> waiting.stream().limit(1).forEach(this::begin);
            case OPEN -> {}
        }
    }

    private void begin(LaneQueue queue) {
        if (!stopped && isFree(queue) && busy.add(queue)) {
            deliver(queue, ROUNDS);
        }
    }

    /** Queues that are suspect, or whose events were never taken, have half of the requests: each may take the whole deadline. */
    private boolean isFree(LaneQueue queue) {
        return busy.size() < inFlight()
                && (isProven(queue)
                        || busy.stream().filter(each -> !isProven(each)).count() < Math.max(1, inFlight() / 2));
    }

    private boolean isProven(LaneQueue queue) {
        return proven.contains(queue) && !isSuspect(queue);
    }

    private boolean isSuspect(LaneQueue queue) {
        QueueProgress progress = troubled.get(queue);
        return progress != null && progress.isSuspect();
    }

    private int faults(LaneQueue queue) {
        return Optional.ofNullable(troubled.get(queue))
                .map(QueueProgress::faults)
                .orElse(0);
    }

    private boolean isDue(LaneQueue queue) {
        QueueProgress progress = troubled.get(queue);
        return progress == null || progress.isDue(nanos.getAsLong());
    }

    /** Lanes are looked at less often for what no node holds any more: its leases took seconds to expire. */
    private void endOrphans() {
        if (!ending && nanos.getAsLong() - endedAt >= ORPHANS_EVERY_NANOS) {
            ending = true;
            outbox.endOrphans(leases).onComplete(any -> {
                ending = false;
                endedAt = nanos.getAsLong();
            });
        }
    }

    private void discardOverflow(int lane) {
        if (overflowing.add(lane)) {
            outbox.discardOverflow(lane).onComplete(any -> overflowing.remove(lane));
        }
    }

    private void deliver(LaneQueue queue, int rounds) {
        QueueProgress progress = progress(queue);
        boolean all = progress.isProbing() || progress.isBrief();
        int size = all ? config.get().batch() : progress.size(config.get().batch());
        outbox.claim(queue, taker, new Bounds(size, BATCH_BYTES, 2 * target.deadlineMs() + CLAIM_MARGIN_MS))
                .onComplete(
                        claimed -> claimed.ifPresentOrElse(claim -> send(claim, rounds), () -> end(queue)),
                        failure -> storeFailed(queue));
    }

    private void send(Claim claim, int rounds) {
        int suspect = claim.queue().aside() ? 0 : culprits.leading(claim.events(), nanos.getAsLong());
        if (suspect > 0) {
            proceed(claim.queue(), outbox.setAside(claim, suspect), rounds);
        } else {
            deliver(claim, rounds);
        }
    }

    private void deliver(Claim claim, int rounds) {
        QueueProgress progress = progress(claim.queue());
        Optional<StoredEvent> probe = progress.isProbing() ? ofAnotherKey(claim.events()) : Optional.empty();
        boolean faulty = probe.isEmpty() && isFaulty(claim.events().get(0));
        List<StoredEvent> events = probe.map(List::of)
                .orElseGet(() -> first(
                        claim.events(), faulty ? 1 : progress.size(config.get().batch())));
        boolean brief = faulty || (probe.isEmpty() && progress.isBrief());
        long withinMs = brief ? Math.min(answerTime.briefMs(), target.deadlineMs()) : target.deadlineMs();
        long began = nanos.getAsLong();
        target.deliver(events, withinMs, () -> progress.areOthersTaken(taken))
                .otherwise(bug -> Delivery.away("internal"))
                .onSuccess(delivery -> {
                    if (delivery.outcome() == Delivery.Outcome.TAKEN) {
                        answerTime.took(nanos.getAsLong() - began);
                    }
                    if (probe.isPresent()) {
                        settleProbe(claim, delivery, rounds);
                    } else {
                        settle(claim, events, faulty, delivery, rounds);
                    }
                });
    }

    private boolean isFaulty(StoredEvent event) {
        return culprits.isFaulty(event, nanos.getAsLong());
    }

    private static Optional<String> author(StoredEvent event) {
        return Optional.ofNullable(new JsonObject(Buffer.buffer(event.json())).getJsonObject("data"))
                .map(data -> data.getString("userId"));
    }

    /** The first ones, up to one of a faulty author: that is delivered alone. */
    private List<StoredEvent> first(List<StoredEvent> events, int most) {
        int end = 1;
        while (end < Math.min(events.size(), most) && !isFaulty(events.get(end))) {
            end++;
        }
        return events.subList(0, end);
    }

    /** An event that is the first of another key, chosen at random each time: it may be no better. */
    private Optional<StoredEvent> ofAnotherKey(List<StoredEvent> events) {
        Map<String, StoredEvent> firsts = new HashMap<>();
        events.forEach(event -> firsts.putIfAbsent(event.key(), event));
        firsts.remove(events.get(0).key());
        firsts.values().removeIf(this::isFaulty);
        List<StoredEvent> others = List.copyOf(firsts.values());
        return others.isEmpty() ? Optional.empty() : Optional.of(others.get(random.nextInt(others.size())));
    }

    private void settleProbe(Claim claim, Delivery delivery, int rounds) {
        Next next = progress(claim.queue()).afterProbe(delivery.outcome(), nanos.getAsLong());
        if (delivery.outcome() == Delivery.Outcome.TAKEN) {
            taken++;
            results.add(HookResult.REPEATED);
        } else {
            count(next, 1, delivery);
        }
        proceed(claim.queue(), outbox.release(claim), rounds);
    }

    private void settle(Claim claim, List<StoredEvent> delivered, boolean faulty, Delivery delivery, int rounds) {
        LaneQueue queue = claim.queue();
        int events = delivered.size();
        long now = nanos.getAsLong();
        Next next = faulty
                ? progress(queue).afterFaultyAuthor(delivery.outcome(), taken, now)
                : progress(queue).after(delivery.outcome(), events, taken, now);
        if (next == Next.SET_ASIDE) {
            culprits.setAside(delivered.get(0), now);
        } else if (next == Next.DISCARD && delivery.outcome() == Delivery.Outcome.FAILED) {
            culprits.gaveUp(delivered.get(0), now);
        }
        Future<Void> settled = switch (next) {
            case REMOVE -> outbox.acknowledge(claim, events);
            case KEEP -> outbox.release(claim);
            case SET_ASIDE -> outbox.setAside(claim, events);
            case DISCARD -> outbox.discard(claim, delivery.reason());
        };
        if (next == Next.REMOVE) {
            taken += events;
            proven.add(queue);
        }
        count(next, events, delivery);
        proceed(queue, settled, rounds);
    }

    private void proceed(LaneQueue queue, Future<Void> settled, int rounds) {
        settled.onComplete(
                any -> {
                    if (rounds <= 1 || stopped || !isDue(queue)) {
                        end(queue);
                    } else {
                        deliver(queue, rounds - 1);
                    }
                },
                failure -> storeFailed(queue));
    }

    private void count(Next next, int events, Delivery delivery) {
        HookResult result = switch (next) {
            case REMOVE -> HookResult.DELIVERED;
            case KEEP, SET_ASIDE -> HookResult.REPEATED;
            case DISCARD -> HookResult.DISCARDED;
        };
        for (int i = 0; i < events; i++) {
            results.add(result);
        }
        if (next == Next.KEEP || next == Next.SET_ASIDE) {
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

    private void storeFailed(LaneQueue queue) {
        progress(queue).away(nanos.getAsLong());
        end(queue);
    }

    private QueueProgress progress(LaneQueue queue) {
        return troubled.computeIfAbsent(
                queue,
                any -> new QueueProgress(
                        queue.aside(),
                        config.get().retry(),
                        config.get().attempts(),
                        random::nextDouble,
                        taken,
                        nanos.getAsLong()));
    }

    private void end(LaneQueue queue) {
        busy.remove(queue);
        if (progress(queue).isSmooth()) {
            troubled.remove(queue);
        }
        completeIfIdle();
    }

    private void completeIfIdle() {
        if (stopped && busy.isEmpty()) {
            idle.tryComplete();
        }
    }
}
