package dev.portcullis.edge.presence;

import dev.portcullis.broadcast.presence.PresenceAnswer;
import dev.portcullis.broadcast.presence.PresenceNotice;
import dev.portcullis.edge.connection.FrameRecipient;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.ServerFrame.PresentUser;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * One client's wish for the changes of one room. It begins before the client is shown who is there, and changes wait
 * until that was sent, so that none is missed between the two. Used on the client's event loop only.
 */
public final class PresenceWatch {
    /** A change a second: more than a join takes. A change that finds no room shows as a gap in the versions. */
    private static final int MOST_WAITING = 32;

    private final FrameRecipient recipient;
    private final int most;
    private final BiConsumer<FrameRecipient, PresenceNotice> send;
    private final Consumer<PresenceWatch> onEnd;
    private final Deque<PresenceNotice> waiting = new ArrayDeque<>();
    private Optional<List<PresentUser>> members = Optional.empty();
    private int subscriptions;
    private long version = -1;
    private boolean shown;

    /**
     * @param subscriptions the number of the client's subscription to the room
     * @param most how many members the client is shown
     * @param onEnd runs if the client is not shown anything
     */
    PresenceWatch(
            FrameRecipient recipient,
            int subscriptions,
            int most,
            BiConsumer<FrameRecipient, PresenceNotice> send,
            Consumer<PresenceWatch> onEnd) {
        this.recipient = recipient;
        this.subscriptions = subscriptions;
        this.most = most;
        this.send = send;
        this.onEnd = onEnd;
    }

    FrameRecipient recipient() {
        return recipient;
    }

    /** The users that the client is shown. Empty if the owner of the room could not be asked. */
    public Optional<List<PresentUser>> members() {
        return members;
    }

    /** The client has been sent what it is shown, and gets the changes from now on. */
    public void shown() {
        shown = true;
        while (!waiting.isEmpty()) {
            PresenceNotice next = waiting.remove();
            if (takes(next)) {
                send.accept(recipient, next);
            }
        }
    }

    /** The join is over. */
    public void endUnlessShown() {
        if (!shown || subscriptions == 0) {
            onEnd.accept(this);
        }
    }

    /** @param joining whether the client is not counted among the members yet */
    void learn(PresenceAnswer.Page page, Optional<UserId> joining) {
        version = page.version();
        members = Optional.of(joining.map(user -> with(user, page.users())).orElseGet(page::users));
    }

    /** Whether the client gets this change now. */
    boolean takes(PresenceNotice notice) {
        if (!shown) {
            if (waiting.size() < MOST_WAITING) {
                waiting.add(notice);
            }
            return false;
        }
        boolean newer = notice.version() > version;
        version = Math.max(version, notice.version());
        return newer;
    }

    void entered() {
        subscriptions++;
    }

    /** Whether the client has left the room, and is not about to join it again. */
    boolean left() {
        subscriptions--;
        return shown && subscriptions == 0;
    }

    int subscriptions() {
        return subscriptions;
    }

    private List<PresentUser> with(UserId user, List<PresentUser> users) {
        List<PresentUser> all = new ArrayList<>();
        int sessions = 1;
        for (PresentUser each : users) {
            if (each.userId().equals(user)) {
                sessions += each.sessions();
            } else {
                all.add(each);
            }
        }
        all.add(new PresentUser(user, sessions));
        all.sort(Comparator.comparing(each -> each.userId().value()));
        return List.copyOf(all.subList(0, Math.min(all.size(), most)));
    }
}
