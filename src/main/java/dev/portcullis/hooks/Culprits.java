package dev.portcullis.hooks;

import dev.portcullis.hooks.outbox.StoredEvent;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The authors and keys of events over which the application broke in the last time. An event whose key has others aside goes
 * aside too, without an attempt in its lane, and so does an event of a user who has others aside: to wait there costs it
 * nothing but time. Aside, an author whose events were given up, anywhere or under this key, has one attempt left.
 */
final class Culprits {
    private final Function<StoredEvent, Optional<String>> author;
    private final RepeatedFaults keysAside = new RepeatedFaults();
    private final RepeatedFaults usersAside = new RepeatedFaults();
    private final RepeatedFaults usersGivenUp = new RepeatedFaults();
    private final RepeatedFaults givenUpThere = new RepeatedFaults();

    /** @param author of an event, read only where it may matter */
    Culprits(Function<StoredEvent, Optional<String>> author) {
        this.author = author;
    }

    /** @param now like {@link System#nanoTime()} */
    void setAside(StoredEvent event, long now) {
        keysAside.add(event.key(), event.id(), now);
        author.apply(event).ifPresent(user -> usersAside.add(user, event.key(), now));
    }

    void gaveUp(StoredEvent event, long now) {
        author.apply(event).ifPresent(user -> {
            usersGivenUp.add(user, event.key(), now);
            givenUpThere.add(there(user, event), event.id(), now);
        });
    }

    int leading(List<StoredEvent> events, long now) {
        int count = 0;
        while (count < events.size() && goesAside(events.get(count), now)) {
            count++;
        }
        return count;
    }

    boolean isFaulty(StoredEvent event, long now) {
        return !(usersGivenUp.isNone(now) && givenUpThere.isNone(now))
                && author.apply(event)
                        .filter(user ->
                                usersGivenUp.contains(user, now) || givenUpThere.contains(there(user, event), now))
                        .isPresent();
    }

    private boolean goesAside(StoredEvent event, long now) {
        return keysAside.contains(event.key(), now)
                || (event.isWritten()
                        && !(usersAside.isNone(now) && usersGivenUp.isNone(now))
                        && author.apply(event)
                                .filter(user -> usersAside.contains(user, now) || usersGivenUp.contains(user, now))
                                .isPresent());
    }

    private static String there(String user, StoredEvent event) {
        return user + ' ' + event.key();
    }
}
