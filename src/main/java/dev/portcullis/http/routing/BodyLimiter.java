package dev.portcullis.http.routing;

import dev.portcullis.http.HttpRefusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits the bodies that a node receives at one time, by their bytes in its memory and by their number: for each caller, or for
 * each address of unknown clients (CWE-770). Used from all event loops.
 *
 * <p>A body takes memory for the bytes that have arrived, before they are kept; the length that its head announces costs
 * nothing. If memory is short, the largest body of the payer with most bytes ends, so that no number of large bodies keeps out a
 * payer with few bytes. If the growth of a body would make its own payer the one with most, no body of another payer ends for
 * it.
 *
 * <p>A further body of a caller beyond the limit is refused. A further body of an address ends the one that is longest on its
 * way, so that a body that comes at once does not wait for slow ones of others behind the same address. Each body has a moment
 * first, while there are not very many: it may come a round trip or a lost segment behind its head, also beside a hundred others
 * in each second.
 */
public final class BodyLimiter {
    /** IPv6: the limit of a /48 relative to one of its /64. */
    private static final int WIDER_FACTOR = 8;

    private static final long MOMENT_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** The number of bodies of an address beyond which the one that is longest on its way ends even within its moment. */
    private static final int VERY_MANY = 1_000;

    /** A body counts as received, and as parsed. */
    private static final int COPIES = 2;

    private static final List<String> NO_ADDRESS = List.of("no address");

    private final BodyMemory memory;
    private final int perPayer;
    private final int uncounted;
    private final LongSupplier nanos;
    private final Map<String, Payer> payers = new HashMap<>();

    /** @param perPayer maximum number of bodies of one caller or address */
    public BodyLimiter(BodyMemory memory, int perPayer) {
        this(memory, perPayer, 0);
    }

    /** @param uncounted bytes of each body that take no memory, so that a small one never lacks it */
    public BodyLimiter(BodyMemory memory, int perPayer, int uncounted) {
        this(memory, perPayer, uncounted, System::nanoTime);
    }

    /** Takes another clock, for tests. */
    BodyLimiter(BodyMemory memory, int perPayer, int uncounted, LongSupplier nanos) {
        this.memory = memory;
        this.perPayer = perPayer;
        this.uncounted = uncounted;
        this.nanos = nanos;
    }

    /**
     * The place of a body.
     *
     * @param payer the caller for whom it counts; if there is none, its address
     * @param address the keys of its address, narrowest first
     * @param giveWay ends the body on any thread, if it has not arrived
     */
    Place place(Optional<String> payer, List<String> address, Consumer<HttpRefusal> giveWay) {
        List<String> keys = payer.map(List::of).orElse(address.isEmpty() ? NO_ADDRESS : address);
        return new Place(keys, payer.isEmpty(), giveWay);
    }

    /** Callers and addresses with a body at present, wider networks included. */
    int payers() {
        synchronized (payers) {
            return payers.size();
        }
    }

    /** A caller or an address, with its bodies that are on their way. */
    private static final class Payer {
        private final int width;
        private final Set<Place> places = new LinkedHashSet<>();
        private long bytes;

        /** @param width how many times the share of an address it has */
        Payer(int width) {
            this.width = width;
        }

        long share() {
            return bytes / width;
        }

        Payer add(long more) {
            bytes += more;
            return this;
        }

        @Nullable
        Payer without(Place place) {
            if (places.remove(place)) {
                bytes -= place.bytes;
            }
            return places.isEmpty() ? null : this;
        }

        /**
         * The largest place that can end. Among equal ones it is the one that is longest on its way, but the growing one goes
         * before all of them.
         */
        @Nullable
        Place largest(Place growing) {
            Place largest = places.contains(growing) ? growing : null;
            for (Place each : places) {
                if (each.canEnd() && (largest == null || each.bytes > largest.bytes)) {
                    largest = each;
                }
            }
            return largest;
        }
    }

    /** The place of one body. */
    final class Place {
        private final List<String> keys;
        private final boolean ofAddress;
        private final Consumer<HttpRefusal> giveWay;
        private final long since = nanos.getAsLong();
        private long size;
        private long bytes;
        private boolean arrived;
        private Optional<HttpRefusal> ended = Optional.empty();

        private Place(List<String> keys, boolean ofAddress, Consumer<HttpRefusal> giveWay) {
            this.keys = keys;
            this.ofAddress = ofAddress;
            this.giveWay = giveWay;
        }

        /** Takes the place; {@link #release} must follow once, unless it is refused. */
        Optional<HttpRefusal> take() {
            List<Place> slowest = new ArrayList<>();
            synchronized (payers) {
                if (!enter(slowest)) {
                    return Optional.of(HttpRefusal.RATE_LIMITED);
                }
            }
            slowest.forEach(each -> each.giveWay.accept(HttpRefusal.RATE_LIMITED));
            return Optional.empty();
        }

        /**
         * Takes memory for more of the body, if need be that of others, whose buffers go in the next turns of their loops. A body
         * that is refused has ended, as one that gave way has.
         */
        Optional<HttpRefusal> grow(int by) {
            long more = counted(size + by) - counted(size);
            size += by;
            List<Place> ending = new ArrayList<>();
            long unused;
            Optional<HttpRefusal> refusal;
            synchronized (payers) {
                unused = ended.isEmpty() ? reserve(more, ending) : 0;
                refusal = ended;
            }
            free(unused);
            ending.forEach(each -> each.giveWay.accept(HttpRefusal.UNAVAILABLE));
            return refusal;
        }

        /** The body is complete, and gives way no more. It is refused if it has done so. */
        Optional<HttpRefusal> arrive() {
            synchronized (payers) {
                arrived = ended.isEmpty();
                return ended;
            }
        }

        void release() {
            long held;
            synchronized (payers) {
                leave();
                held = bytes;
                bytes = 0;
            }
            free(held);
        }

        private boolean enter(List<Place> slowest) {
            int width = 1;
            for (String key : keys) {
                Payer known = payers.get(key);
                if (known != null && known.places.size() >= perPayer * width) {
                    Place eldest = known.places.iterator().next();
                    if (!eldest.ofAddress) {
                        return false;
                    }
                    if (since - eldest.since >= MOMENT_NANOS || known.places.size() >= VERY_MANY * width) {
                        eldest.leave();
                        if (!eldest.arrived) {
                            eldest.ended = Optional.of(HttpRefusal.RATE_LIMITED);
                            slowest.add(eldest);
                        }
                    }
                }
                width *= WIDER_FACTOR;
            }
            join();
            return true;
        }

        /**
         * @return the bytes that it took from others and does not need. If it is this one that has to end, it takes nothing
         *     from them
         */
        private long reserve(long more, List<Place> ending) {
            count(more);
            long taken = 0;
            while (taken < more && !memory.tryReserve(more - taken)) {
                Place next = largestOfAll();
                if (next == this) {
                    ending.forEach(Place::restore);
                    ending.clear();
                    count(-more);
                    ended = Optional.of(HttpRefusal.UNAVAILABLE);
                    return 0;
                }
                next.ended = Optional.of(HttpRefusal.UNAVAILABLE);
                next.countForPayers(-next.bytes);
                taken += next.bytes;
                ending.add(next);
            }
            for (Place each : ending) {
                each.bytes = 0;
                each.leave();
            }
            return Math.max(0, taken - more);
        }

        private void restore() {
            ended = Optional.empty();
            countForPayers(bytes);
        }

        /** The largest body that can end of the payer who has most. */
        private Place largestOfAll() {
            long most = 0;
            for (String key : keys) {
                Payer own = payers.get(key);
                most = own == null ? most : Math.max(most, own.share());
            }
            Place largest = this;
            for (Payer each : payers.values()) {
                if (each.share() > most || (each.share() == most && each.places.contains(this))) {
                    Place one = each.largest(this);
                    if (one != null) {
                        largest = one;
                        most = each.share();
                    }
                }
            }
            return largest;
        }

        private boolean canEnd() {
            return !arrived && ended.isEmpty() && bytes > 0;
        }

        private void count(long more) {
            bytes += more;
            countForPayers(more);
        }

        private void countForPayers(long more) {
            keys.forEach(key -> payers.computeIfPresent(key, (any, payer) -> payer.add(more)));
        }

        private void join() {
            int width = 1;
            for (String key : keys) {
                int share = width;
                payers.computeIfAbsent(key, any -> new Payer(share)).places.add(this);
                width *= WIDER_FACTOR;
            }
        }

        private void leave() {
            keys.forEach(key -> payers.computeIfPresent(key, (any, payer) -> payer.without(this)));
        }
    }

    private long counted(long size) {
        return COPIES * Math.max(0, size - uncounted);
    }

    private void free(long bytes) {
        if (bytes > 0) {
            memory.release(bytes);
        }
    }
}
