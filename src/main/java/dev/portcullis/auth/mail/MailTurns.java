package dev.portcullis.auth.mail;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which of the mails that wait is sent next, and which has no place. Anyone can have mails sent to servers of their own, which take
 * as long as they like, so the recipients' domains take turns, each with few mails on their way at a time. Half of the places and of
 * what is sent at a time is kept for domains whose mails go promptly: a stranger's many slow domains, new ones among them, have the
 * other half. A stranger's servers can be prompt first and slow then, so a mail holds the half of prompt domains only while it is
 * prompt itself, and domains with one prompt mail take turns with those that had several (CWE-400). A mail that was not taken at
 * once is in the other half of the places. Not safe for threads.
 *
 * @param <M> a mail
 */
final class MailTurns<M> {
    static final int AT_ONCE = 4;

    static final int OF_A_PROVEN_DOMAIN = 2;
    static final int PROVEN = 3;
    static final long PROMPT_MS = 2_000;

    private static final int KNOWN_DOMAINS = 10_000;

    private final int places;
    private final int mostAtOnce;
    private final Map<String, Domain<M>> domains = new LinkedHashMap<>();

    /** How many mails in a row went promptly to a domain. A mail that drags puts it below zero, to where it has to rise from. */
    private final Map<String, Integer> trust = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > KNOWN_DOMAINS;
        }
    };

    /** The one whose turn is longest ago is first. */
    private final List<Standing> turnOrder = new ArrayList<>(List.of(Standing.values()));

    private int held;
    private int promptSending;
    private int otherSending;
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
     * {@link #PROMPT_MS}. With a lower bound than this a stranger's mails would reach it and keep all others waiting.
     */
    static int mostAtOnce(long timeoutMs) {
        return AT_ONCE + AT_ONCE / 2 * (int) ((timeoutMs + PROMPT_MS - 1) / PROMPT_MS);
    }

    /** How a domain took its last mails. The later ones give way first. */
    private enum Standing {
        PROVEN,
        PROMPT,
        NEW,
        SLOW;

        private boolean isPrompt() {
            return this == PROVEN || this == PROMPT;
        }
    }

    /** A mail whose turn it is. */
    static final class Turn<M> {
        private final Domain<M> domain;
        private final Waiting<M> waited;
        private final boolean ofPrompt;
        private boolean dragging;
        private boolean ended;

        private Turn(Domain<M> domain, Waiting<M> waited, boolean ofPrompt) {
            this.domain = domain;
            this.waited = waited;
            this.ofPrompt = ofPrompt;
        }

        String domain() {
            return domain.name;
        }

        M mail() {
            return waited.mail;
        }

        /** How often it was tried before. */
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

    private static final class Domain<M> {
        private final String name;
        private final Deque<Waiting<M>> waiting = new ArrayDeque<>();
        private int sending;

        private Domain(String name) {
            this.name = name;
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

    /** The newest mail of a domain in one half of the places. */
    private record Newest<M>(Domain<M> domain, Waiting<M> mail) {}

    /** @return the mail that has no place any more, which may be this one */
    Optional<M> add(String domain, M mail) {
        domains.computeIfAbsent(domain, Domain::new).waiting.addLast(new Waiting<>(mail, 0, added++, true));
        held++;
        return held > places ? losing().map(this::drop) : Optional.empty();
    }

    /** The next mail to be sent; {@link #end} or {@link #pause} must follow, and {@link #drags} if it takes long. */
    Optional<Turn<M>> next() {
        int ofOthers = Math.min(otherSending + dragging, AT_ONCE / 2);
        if (promptSending + otherSending + dragging >= mostAtOnce) {
            return Optional.empty();
        }
        boolean promptMayBegin = promptSending + ofOthers < AT_ONCE;
        boolean otherMayBegin = otherSending < AT_ONCE / 2 && promptSending + otherSending < AT_ONCE;
        return due(false)
                .filter(any -> otherMayBegin)
                .or(() -> due(true).filter(any -> promptMayBegin))
                .map(this::take);
    }

    /** The mail has been on its way for {@link #PROMPT_MS}. Has no effect on one that is no longer on its way. */
    void drags(Turn<M> turn) {
        if (turn.ended || turn.dragging) {
            return;
        }
        trust.put(turn.domain(), -PROVEN);
        if (turn.ofPrompt) {
            promptSending--;
            dragging++;
        }
        turn.dragging = true;
    }

    /** The server has taken a mail, or never will. One that it may take later says nothing good about its domain. */
    void answered(Turn<M> turn) {
        if (!turn.dragging) {
            trust.merge(turn.domain(), 1, (before, one) -> Math.min(PROVEN, before + one));
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
        turn.domain.waiting.addFirst(again);
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
            otherSending--;
        } else if (turn.dragging) {
            dragging--;
        } else {
            promptSending--;
        }
        turn.domain.sending--;
        forgetIfEmpty(turn.domain);
    }

    private Standing standing(Domain<M> domain) {
        int known = trust.getOrDefault(domain.name, 0);
        if (known == 0) {
            return Standing.NEW;
        }
        return known < 0 ? Standing.SLOW : known < PROVEN ? Standing.PROMPT : Standing.PROVEN;
    }

    /** The domain whose turn is longest ago, of the standing whose turn is longest ago. */
    private Optional<Domain<M>> due(boolean ofPrompt) {
        return turnOrder.stream()
                .filter(each -> each.isPrompt() == ofPrompt)
                .flatMap(standing -> domains.values().stream()
                        .filter(each -> standing(each) == standing && isDue(each))
                        .limit(1))
                .findFirst();
    }

    private boolean isDue(Domain<M> domain) {
        int most = standing(domain) == Standing.PROVEN ? OF_A_PROVEN_DOMAIN : 1;
        return domain.sending < most && domain.due().isPresent();
    }

    private Turn<M> take(Domain<M> domain) {
        domains.remove(domain.name);
        domains.put(domain.name, domain); // behind all others
        Standing standing = standing(domain);
        turnOrder.remove(standing);
        turnOrder.add(standing);
        Waiting<M> mail = domain.due().orElseThrow();
        domain.waiting.remove(mail);
        domain.sending++;
        if (standing.isPrompt()) {
            promptSending++;
        } else {
            otherSending++;
        }
        return new Turn<>(domain, mail, standing.isPrompt());
    }

    /** The mail that loses its place: of the half that has more than its places. */
    private Optional<Newest<M>> losing() {
        int ofOthers = domains.values().stream().mapToInt(this::ofOthers).sum();
        boolean promptGives = ofOthers <= places / 2;
        return losing(promptGives).or(() -> losing(!promptGives));
    }

    private Optional<Newest<M>> losing(boolean ofPrompt) {
        return domains.values().stream()
                .flatMap(each -> newest(each, ofPrompt).stream())
                .max(ofPrompt ? newestOfLeastTrusted() : mostOfLeastTrusted());
    }

    /** What a prompt domain would take only later keeps its place through long pauses, so it counts as if the domain were slow. */
    private int ofOthers(Domain<M> domain) {
        return standing(domain).isPrompt() ? domain.triedBefore() : domain.held();
    }

    private Optional<Newest<M>> newest(Domain<M> domain, boolean ofPrompt) {
        boolean prompt = standing(domain).isPrompt();
        return domain.waiting.stream()
                .filter(each -> (prompt && each.tries == 0) == ofPrompt)
                .max(Comparator.comparingLong(each -> each.number))
                .map(mail -> new Newest<>(domain, mail));
    }

    /** Many users have mailboxes at one prompt domain: that it has most of them says nothing against it. */
    private Comparator<Newest<M>> newestOfLeastTrusted() {
        return Comparator.<Newest<M>, Standing>comparing(each -> standing(each.domain))
                .thenComparingLong(each -> each.mail.number);
    }

    private Comparator<Newest<M>> mostOfLeastTrusted() {
        return Comparator.<Newest<M>>comparingInt(each -> ofOthers(each.domain))
                .thenComparing(each -> standing(each.domain))
                .thenComparingLong(each -> each.mail.number);
    }

    private M drop(Newest<M> newest) {
        newest.domain.waiting.remove(newest.mail);
        held--;
        forgetIfEmpty(newest.domain);
        return newest.mail.mail;
    }

    private void forgetIfEmpty(Domain<M> domain) {
        if (domain.held() == 0) {
            domains.remove(domain.name);
        }
    }
}
