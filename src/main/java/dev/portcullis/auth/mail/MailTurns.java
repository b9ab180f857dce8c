package dev.portcullis.auth.mail;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Which of the mails that wait is sent next, and which has no place. Anyone can have mails sent to servers of their own, which take
 * as long as they like, so the recipients' domains take turns, each with few mails on their way at a time. Half of the places and of
 * what is sent at a time is kept for domains whose last mail went promptly: a stranger's many slow domains, new ones among them,
 * have the other half (CWE-400). Not safe for threads.
 *
 * @param <M> a mail
 */
final class MailTurns<M> {
    static final int AT_ONCE = 4;
    static final int OF_A_DOMAIN = 2;
    static final long PROMPT_MS = 2_000;

    private static final int KNOWN_DOMAINS = 10_000;

    private final int places;
    private final Map<String, Domain<M>> domains = new LinkedHashMap<>();
    private final Map<String, Boolean> prompt = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > KNOWN_DOMAINS;
        }
    };
    private int held;
    private int sending;

    MailTurns(int places) {
        this.places = places;
    }

    /** How a domain took its last mail. The later ones give way first. */
    private enum Standing {
        PROMPT,
        NEW,
        SLOW
    }

    /**
     * A mail whose turn it is.
     *
     * @param tries how often it was tried before
     */
    record Turn<M>(String domain, M mail, int tries) {}

    /** A mail that waits for its turn, or first for the end of a pause. */
    static final class Waiting<M> {
        private final M mail;
        private final int tries;
        private boolean due;

        private Waiting(M mail, int tries, boolean due) {
            this.mail = mail;
            this.tries = tries;
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
            return sending < OF_A_DOMAIN
                    ? waiting.stream().filter(each -> each.due).findFirst()
                    : Optional.empty();
        }
    }

    /** @return the mail that has no place any more, which may be this one */
    Optional<M> add(String domain, M mail) {
        domains.computeIfAbsent(domain, Domain::new).waiting.addLast(new Waiting<>(mail, 0, true));
        held++;
        return held > places ? mostCrowded().map(this::dropNewest) : Optional.empty();
    }

    /** The next mail to be sent; {@link #end} or {@link #pause} must follow. */
    Optional<Turn<M>> next() {
        if (sending == AT_ONCE) {
            return Optional.empty();
        }
        boolean promptOnly = domains.values().stream()
                        .filter(each -> standing(each) != Standing.PROMPT)
                        .mapToInt(each -> each.sending)
                        .sum()
                >= AT_ONCE / 2;
        return due(Standing.NEW)
                .or(() -> due(Standing.SLOW))
                .filter(any -> !promptOnly)
                .or(() -> due(Standing.PROMPT))
                .map(this::take);
    }

    /** How long the server took to answer to a mail. */
    void answered(Turn<M> turn, long tookMs) {
        prompt.put(turn.domain, tookMs < PROMPT_MS);
    }

    /** The mail needs no place any more. */
    void end(Turn<M> turn) {
        held--;
        release(domainOf(turn));
    }

    /** The mail is to be tried once more, after {@link #resume}. */
    Waiting<M> pause(Turn<M> turn) {
        Domain<M> domain = domainOf(turn);
        Waiting<M> again = new Waiting<>(turn.mail, turn.tries + 1, false);
        domain.waiting.addFirst(again);
        release(domain);
        return again;
    }

    /** Has no effect on one that has lost its place meanwhile. */
    void resume(Waiting<M> paused) {
        paused.due = true;
    }

    /** It is there as long as a mail of it is sent. */
    private Domain<M> domainOf(Turn<M> turn) {
        return Objects.requireNonNull(domains.get(turn.domain));
    }

    private void release(Domain<M> domain) {
        sending--;
        domain.sending--;
        forgetIfEmpty(domain);
    }

    private Standing standing(Domain<M> domain) {
        Boolean last = prompt.get(domain.name);
        return last == null ? Standing.NEW : last ? Standing.PROMPT : Standing.SLOW;
    }

    /** Of this standing the domain whose turn is longest ago. */
    private Optional<Domain<M>> due(Standing standing) {
        return domains.values().stream()
                .filter(each -> each.due().isPresent() && standing(each) == standing)
                .findFirst();
    }

    private Turn<M> take(Domain<M> domain) {
        domains.remove(domain.name);
        domains.put(domain.name, domain); // behind all others
        Waiting<M> mail = domain.due().orElseThrow();
        domain.waiting.remove(mail);
        domain.sending++;
        sending++;
        return new Turn<>(domain.name, mail.mail, mail.tries);
    }

    /** The domain that loses a mail: of those that hold more than their half of the places that with most, the slow before the new. */
    private Optional<Domain<M>> mostCrowded() {
        int ofOthers = domains.values().stream()
                .filter(each -> standing(each) != Standing.PROMPT)
                .mapToInt(Domain::held)
                .sum();
        boolean promptGives = ofOthers <= places / 2;
        return mostCrowded(promptGives).or(() -> mostCrowded(!promptGives));
    }

    private Optional<Domain<M>> mostCrowded(boolean ofPrompt) {
        return domains.values().stream()
                .filter(each -> !each.waiting.isEmpty() && ofPrompt == (standing(each) == Standing.PROMPT))
                .reduce((worst, each) -> givesBefore(each, worst) ? each : worst);
    }

    /** @param other is there longer, or had its turn longer ago */
    private boolean givesBefore(Domain<M> domain, Domain<M> other) {
        int more = domain.held() - other.held();
        return more > 0 || (more == 0 && standing(domain).compareTo(standing(other)) >= 0);
    }

    private M dropNewest(Domain<M> domain) {
        M newest = domain.waiting.removeLast().mail;
        held--;
        forgetIfEmpty(domain);
        return newest;
    }

    private void forgetIfEmpty(Domain<M> domain) {
        if (domain.held() == 0) {
            domains.remove(domain.name);
        }
    }
}
