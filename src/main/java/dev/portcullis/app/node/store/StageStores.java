package dev.portcullis.app.node.store;

import dev.portcullis.archive.HeldCopies;
import dev.portcullis.auth.account.AccountStore;
import dev.portcullis.auth.account.ResetLinkStore;
import dev.portcullis.auth.invitation.AccountInvitationStore;
import dev.portcullis.auth.session.RevocationStore;
import dev.portcullis.auth.session.SessionStore;
import dev.portcullis.hooks.HookTarget;
import dev.portcullis.hooks.outbox.HookOutbox;
import dev.portcullis.ratelimit.CounterStore;
import dev.portcullis.ratelimit.ban.BanStore;
import dev.portcullis.ratelimit.login.LoginCounters;
import dev.portcullis.ratelimit.stuffing.RecentItemStore;
import dev.portcullis.rooms.directory.RoomListStore;
import dev.portcullis.rooms.directory.RoomStore;
import dev.portcullis.rooms.invitation.InvitationStore;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.streams.BlockListStore;
import dev.portcullis.streams.ErasureStore;
import dev.portcullis.streams.InboxStore;
import dev.portcullis.streams.ReadMarkStore;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.uploads.ticket.UploadStore;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * Which stores each stage has. Each is handed to the assembly of its stage and to no other, so that a node opens only the
 * stores that its stages need. The stores of another stage that a stage only reads are named here.
 */
public final class StageStores {
    private final Stores stores;
    private final BanStore bans;
    private final int resumeEntries;

    /**
     * @param mostBans the most bans that are kept at one time
     * @param resumeEntries the most entries that a resume may have missed
     */
    public StageStores(Stores stores, IntSupplier mostBans, int resumeEntries) {
        this.stores = stores;
        this.resumeEntries = resumeEntries;
        this.bans = new BanStore(stores.urgentRows(), mostBans);
    }

    /**
     * @param streams read: entries, cut-offs and notifications
     * @param bans read
     * @param rooms is told who enters and leaves rooms
     */
    public record OfEdge(StreamStore streams, BanStore bans, UploadStore uploads, Optional<HookOutbox> rooms) {}

    /** @param cutoffs its own streams */
    public record OfAuth(
            SessionStore sessions,
            RevocationStore revocations,
            AccountStore accounts,
            ResetLinkStore resetLinks,
            AccountInvitationStore invitations,
            StreamStore cutoffs) {}

    /**
     * @param failures the accounts and tokens that each address failed with
     * @param knownClients the rows of the devices and addresses that each account was used with
     * @param cutoffs its own streams
     */
    public record OfRateLimit(
            CounterStore counters,
            LoginCounters logins,
            RecentItemStore failures,
            RowStore knownClients,
            BanStore bans,
            StreamStore cutoffs) {}

    /**
     * @param streams read: who is barred, and whether a room has entries
     * @param blocks read: who is blocked
     * @param inboxes read: who wrote to whom
     * @param sessions read: the roles of the live ones
     */
    public record OfRooms(
            RoomStore rooms,
            RoomListStore lists,
            InvitationStore invitations,
            StreamStore streams,
            BlockListStore blocks,
            InboxStore inboxes,
            SessionStore sessions) {}

    /**
     * @param hooks the events that wait
     * @param hookStream takes them, where one is configured
     * @param archive follows the streams, where one is configured
     * @param held what holds keep there
     */
    public record OfBroadcast(
            StreamStore streams,
            InboxStore inboxes,
            BlockListStore blocks,
            ErasureStore erasures,
            ReadMarkStore readMarks,
            Optional<HookOutbox> hooks,
            Optional<HookTarget> hookStream,
            Optional<NodeArchive> archive,
            Optional<HeldCopies> held) {}

    /** The streams, which go on in the archive where there is one. */
    private StreamStore streams() {
        return stores.archive()
                .map(archive -> archive.streams(stores.streams(), stores.rows(), resumeEntries))
                .orElseGet(stores::streams);
    }

    private InboxStore inboxes() {
        return stores.archive()
                .map(archive -> archive.inboxes(stores.inboxes()))
                .orElseGet(stores::inboxes);
    }

    private ErasureStore erasures() {
        return stores.archive()
                .map(archive -> archive.erasures(stores.erasures(), stores.rows()))
                .orElseGet(stores::erasures);
    }

    public OfEdge edge() {
        return new OfEdge(streams(), bans, new UploadStore(stores.rows()), stores.hooks());
    }

    public OfAuth auth() {
        return new OfAuth(
                stores.sessions(),
                stores.revocations(),
                new AccountStore(stores.rows()),
                new ResetLinkStore(stores.rows()),
                new AccountInvitationStore(stores.rows()),
                stores.streams());
    }

    public OfRateLimit rateLimit() {
        return new OfRateLimit(
                stores.counters(),
                new LoginCounters(stores.transientRows()),
                new RecentItemStore(stores.transientRows()),
                stores.rows(),
                bans,
                stores.streams());
    }

    public OfRooms rooms() {
        return new OfRooms(
                new RoomStore(stores.rows()),
                new RoomListStore(stores.rows()),
                new InvitationStore(stores.rows()),
                stores.streams(),
                new BlockListStore(stores.rows()),
                stores.inboxes(),
                stores.sessions());
    }

    public OfBroadcast broadcast() {
        return new OfBroadcast(
                streams(),
                inboxes(),
                new BlockListStore(stores.rows()),
                erasures(),
                new ReadMarkStore(stores.rows()),
                stores.hooks(),
                stores.hookStream(),
                stores.archive(),
                stores.archive().map(archive -> archive.copies(stores.rows())));
    }
}
