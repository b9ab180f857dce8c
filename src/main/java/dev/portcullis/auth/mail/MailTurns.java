package dev.portcullis.auth.mail;

import dev.portcullis.resilience.LruMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Decides which waiting mail is sent next, and which has no place. Anyone can have mails sent to servers of their own, which
 * take as long as they like. So the recipients' domains take turns, each with few mails on their way at a time. Half of the
 * places, and half of the mails that are sent at a time, are kept for domains whose mails go promptly: a stranger's many slow
 * domains, new ones among them, have the other half. A stranger's servers can be prompt first and slow then. So a mail holds a
 * place in the half of prompt domains only while it is prompt itself, and domains with one prompt mail take turns with those
 * that had several (CWE-400). A mail that was not taken at once is in the other half of the places.
 *
 * <p>Anyone can also make up recipients at the domain of users, whose server may be slow for those alone. So the mails of a
 * domain to proved addresses and its other mails are two destinations: neither waits for the other, nor loses trust by it. Not
 * safe for threads.
 *
 * @param <M> a mail
 */
final class MailTurns<M> {
    static final int AT_ONCE = 4;

    static final int TO_A_PROVEN_DESTINATION = 2;
    static final int PROVEN = 3;
    static final long PROMPT_MS = 2_000;

    private static final int KNOWN_DESTINATIONS = 10_000;

    /** Mails to proved addresses keep their places before others. */
    private static final List<Share> GIVING_WHERE_PROMPT_HAS_MOST =
            List.of(new Share(true, false), new Share(false, false), new Share(true, true), new Share(false, true));

    /** Strangers prove addresses of slow domains of their own. So those give way before others to prompt domains do. */
    private static final List<Share> GIVING_WHERE_OTHERS_HAVE_MOST =
            List.of(new Share(false, false), new Share(false, true), new Share(true, false), new Share(true, true));

    private final int places;
    private final int mostAtOnce;
    private final Map<Destination, Line<M>> lines = new LinkedHashMap<>();

    /** How many mails in a row went there promptly. A mail that drags puts it below zero, to where it has to rise from. */
    private final Map<Destination, Integer> trust = new LruMap<>(KNOWN_DESTINATIONS);

    /** The rank whose turn is longest ago is the first. */
    private final List<Rank> turnOrder = new ArrayList<>(Stream.of(Standing.values())
            .flatMap(each -> Stream.of(new Rank(each, true), new Rank(each, false)))
            .toList());

    private int held;
    private int promptSending;
    private int otherProvedSending;
    private int otherUnprovedSending;
    private int dragging;
    private long added;

    /**
     * @param places how many mails are kept at a time
     * @param timeoutMs how long one is on its way at most
     */
    MailTurns(int places, long timeoutMs) {
        this.places = places;
        this.mostAtOnce = mostAtOnce(timeoutMs);
    }

    /**
     * Mails that drag go beside the others until their time-out, and half of what is sent at a time begins to drag with each
     * {@link #PROMPT_MS}. With a lower bound than this a stranger's mails would reach it and keep all others waiting. Slow and
     * new destinations have half of what is sent at a time for proved addresses and as much for others.
     */
    static int mostAtOnce(long timeoutMs) {
        return AT_ONCE + AT_ONCE / 2 + AT_ONCE / 2 * (int) ((timeoutMs + PROMPT_MS - 1) / PROMPT_MS);
    }

    /**
     * The destination of mails that wait for each other.
     *
     * @param proved whether users have shown that they read the mail of the addresses
     */
    record Destination(String domain, boolean proved) {
        private Destination other() {
            return new Destination(domain, !proved);
        }
    }

    /** Destinations that take turns with those of other ranks. */
    private record Rank(Standing standing, boolean proved) {}

    /** A part of the places. */
    private record Share(boolean ofPrompt, boolean proved) {}

    /** How a destination took its last mails. The later ones give way first. */
    private enum Standing {
        PROVEN,
        PROMPT,
        NEW,
        SLOW;

        private boolean isPrompt() {
            return this == PROVEN || this == PROMPT;
        }
    }

    static final class Turn<M> {
        private final Line<M> line;
        private final Waiting<M> waited;
        private final boolean ofPrompt;
        private boolean dragging;
        private boolean ended;

        private Turn(Line<M> line, Waiting<M> waited, boolean ofPrompt) {
            this.line = line;
            this.waited = waited;
            this.ofPrompt = ofPrompt;
        }

        Destination destination() {
            return line.destination;
        }

        M mail() {
            return waited.mail;
        }

        int tries() {
            return waited.tries;
        }
    }

    /** A mail that waits for its turn, or first for the end of a pause. */
    static final class Waiting<M> {
        private final M mail;
        private final int tries;
        private final long number;
        private boolean due;

        private Waiting(M mail, int tries, long number, boolean due) {
            this.mail = mail;
            this.tries = tries;
            this.number = number;
            this.due = due;
        }
    }

    private static final class Line<M> {
        private final Destination destination;
        private final Deque<Waiting<M>> waiting = new ArrayDeque<>();
        private int sending;

        private Line(Destination destination) {
            this.destination = destination;
        }

        private int held() {
            return waiting.size() + sending;
        }

        private Optional<Waiting<M>> due() {
            return waiting.stream().filter(each -> each.due).findFirst();
        }

        private int triedBefore() {
            return (int) waiting.stream().filter(each -> each.tries > 0).count();
        }
    }

    /** The newest mail to a destination in one half of the places. */
    private record Newest<M>(Line<M> line, Waiting<M> mail) {}

    /** @return the mail that has no place any more, which may be this one */
    Optional<M> add(Destination destination, M mail) {
        lines.computeIfAbsent(destination, Line::new).waiting.addLast(new Waiting<>(mail, 0, added++, true));
        held++;
        return held > places ? losing().map(this::drop) : Optional.empty();
    }

    /** The next mail to be sent; {@link #end} or {@link #pause} must follow, and {@link #drags} if it takes long. */
    Optional<Turn<M>> next() {
        int otherSending = otherProvedSending + otherUnprovedSending;
        int ofOthers = Math.min(otherSending + dragging, AT_ONCE / 2);
        if (promptSending + otherSending + dragging >= mostAtOnce) {
            return Optional.empty();
        }
        boolean promptMayBegin = promptSending + ofOthers < AT_ONCE;
        boolean provedMayBegin = otherMayBegin(otherProvedSending);
        boolean unprovedMayBegin = otherMayBegin(otherUnprovedSending);
        return due(rank -> !rank.standing.isPrompt() && (rank.proved ? provedMayBegin : unprovedMayBegin))
                .or(() -> due(rank -> rank.standing.isPrompt() && promptMayBegin))
                .map(this::take);
    }

    private boolean otherMayBegin(int sending) {
        return sending < AT_ONCE / 2 && promptSending + sending < AT_ONCE;
    }

    /** The mail has been on its way for {@link #PROMPT_MS}. Has no effect on one that is no longer on its way. */
    void drags(Turn<M> turn) {
        if (turn.ended || turn.dragging) {
            return;
        }
        trust.put(turn.destination(), -PROVEN);
        if (turn.ofPrompt) {
            promptSending--;
            dragging++;
        }
        turn.dragging = true;
    }

    /** The server has taken a mail, or never will. A mail that it may take later says nothing good about its destination. */
    void answered(Turn<M> turn) {
        if (!turn.dragging) {
            trust.put(turn.destination(), Math.min(PROVEN, trust(turn.destination()) + 1));
        }
    }

    /** The mail needs no place any more. */
    void end(Turn<M> turn) {
        held--;
        release(turn);
    }

    /** The mail is to be tried once more, after {@link #resume}. */
    Waiting<M> pause(Turn<M> turn) {
        Waiting<M> again = new Waiting<>(turn.mail(), turn.tries() + 1, turn.waited.number, false);
        turn.line.waiting.addFirst(again);
        release(turn);
        return again;
    }

    /** Has no effect on one that has lost its place meanwhile. */
    void resume(Waiting<M> paused) {
        paused.due = true;
    }

    private void release(Turn<M> turn) {
        turn.ended = true;
        if (!turn.ofPrompt) {
            countOther(turn.destination(), -1);
        } else if (turn.dragging) {
            dragging--;
        } else {
            promptSending--;
        }
        turn.line.sending--;
        forgetIfEmpty(turn.line);
    }

    private void countOther(Destination destination, int change) {
        if (destination.proved) {
            otherProvedSending += change;
        } else {
            otherUnprovedSending += change;
        }
    }

    /**
     * Trust that mails of the other kind to the domain have earned counts until one of this kind was sent; distrust does not
     * count.
     */
    private int trust(Destination destination) {
        Integer own = trust.get(destination);
        return own == null ? Math.max(0, trust.getOrDefault(destination.other(), 0)) : own;
    }

    private Standing standing(Line<M> line) {
        int known = trust(line.destination);
        if (known == 0) {
            return Standing.NEW;
        }
        return known < 0 ? Standing.SLOW : known < PROVEN ? Standing.PROMPT : Standing.PROVEN;
    }

    private Rank rank(Line<M> line) {
        return new Rank(standing(line), line.destination.proved);
    }

    /** The destination whose turn is longest ago, of the rank whose turn is longest ago. */
    private Optional<Line<M>> due(Predicate<Rank> mayBegin) {
        return turnOrder.stream()
                .filter(mayBegin)
                .flatMap(rank -> lines.values().stream()
                        .filter(each -> rank(each).equals(rank) && isDue(each))
                        .limit(1))
                .findFirst();
    }

    private boolean isDue(Line<M> line) {
        int most = standing(line) == Standing.PROVEN ? TO_A_PROVEN_DESTINATION : 1;
        return line.sending < most && line.due().isPresent();
    }

    private Turn<M> take(Line<M> line) {
        lines.remove(line.destination);
        lines.put(line.destination, line); // behind all others
        Rank rank = rank(line);
        turnOrder.remove(rank);
        turnOrder.add(rank);
        Waiting<M> mail = line.due().orElseThrow();
        line.waiting.remove(mail);
        line.sending++;
        boolean ofPrompt = rank.standing.isPrompt();
        if (ofPrompt) {
            promptSending++;
        } else {
            countOther(line.destination, 1);
        }
        return new Turn<>(line, mail, ofPrompt);
    }

    /** The mail that loses its place: of the half that has more than its places. */
    private Optional<Newest<M>> losing() {
        int ofOthers = lines.values().stream().mapToInt(this::ofOthers).sum();
        return (ofOthers <= places / 2 ? GIVING_WHERE_PROMPT_HAS_MOST : GIVING_WHERE_OTHERS_HAVE_MOST)
                .stream().flatMap(share -> losing(share).stream()).findFirst();
    }

    private Optional<Newest<M>> losing(Share share) {
        return lines.values().stream()
                .filter(each -> each.destination.proved == share.proved)
                .flatMap(each -> newest(each, share.ofPrompt).stream())
                .max(share.ofPrompt ? newestOfLeastTrusted() : mostOfLeastTrusted());
    }

    /**
     * A prompt destination keeps mails through long pauses once they were tried and deferred; these count like mails to a slow
     * one.
     */
    private int ofOthers(Line<M> line) {
        return standing(line).isPrompt() ? line.triedBefore() : line.held();
    }

    private Optional<Newest<M>> newest(Line<M> line, boolean ofPrompt) {
        boolean prompt = standing(line).isPrompt();
        return line.waiting.stream()
                .filter(each -> (prompt && each.tries == 0) == ofPrompt)
                .max(Comparator.comparingLong(each -> each.number))
                .map(mail -> new Newest<>(line, mail));
    }

    /** Many users have mailboxes at one prompt domain: that it has most of them says nothing against it. */
    private Comparator<Newest<M>> newestOfLeastTrusted() {
        return Comparator.<Newest<M>, Standing>comparing(each -> standing(each.line))
                .thenComparingLong(each -> each.mail.number);
    }

    private Comparator<Newest<M>> mostOfLeastTrusted() {
        return Comparator.<Newest<M>>comparingInt(each -> ofOthers(each.line))
                .thenComparing(each -> standing(each.line))
                .thenComparingLong(each -> each.mail.number);
    }

    private M drop(Newest<M> newest) {
        newest.line.waiting.remove(newest.mail);
        held--;
        forgetIfEmpty(newest.line);
        return newest.mail.mail;
    }

    private void forgetIfEmpty(Line<M> line) {
        if (line.held() == 0) {
            lines.remove(line.destination);
        }
    }
}
