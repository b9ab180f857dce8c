package dev.portcullis.audit;

import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import java.util.EnumSet;
import java.util.Set;
import org.slf4j.event.Level;

/** The names of all audit events. */
public enum EventName {
    WS_CONNECT("ws.connect", Level.INFO, "a connection was opened"),
    WS_DISCONNECT("ws.disconnect", Level.INFO, "a connection ended"),
    WS_HANDSHAKE_REFUSED("ws.handshake.refused", Level.WARN, "a handshake was refused"),
    WS_AUTH_FAILURE("ws.auth.failure", Level.WARN, "a client was not let in"),
    WS_RATELIMIT("ws.ratelimit", Level.WARN, "a limit was reached"),
    WS_AUTHZ_DENIED("ws.authz.denied", Level.WARN, "something was not permitted"),
    WS_FRAME_INVALID("ws.frame.invalid", Level.WARN, "a frame could not be read"),
    WS_ANOMALY("ws.anomaly", Level.WARN, "a client behaves as an attacker does"),
    WS_BAN("ws.ban", Level.INFO, "a user or an address was banned"),
    WS_REPUTATION("ws.reputation", Level.WARN, "a client comes from a listed address"),
    WS_SESSION_REVOKED("ws.session.revoked", Level.INFO, "a session was ended"),
    WS_CSRF_FAILURE("ws.csrf.failure", Level.WARN, "a CSRF token was missing or wrong"),
    AUTH_REFRESH_REUSE(
            "auth.refresh.reuse", Level.WARN, "a refresh token was used twice, the login that it belongs to has ended"),
    WS_REFUSED("ws.refused", Level.WARN, "a frame was refused"),
    HTTP_REFUSED("http.refused", Level.WARN, "a request was refused"),
    HTTP_CONNECTION_EVICTED(
            "http.connection.evicted", Level.WARN, "a connection was closed that brought no upgrade, or no request"),
    AUTH_REGISTER("auth.register", Level.INFO, "an account was created"),
    AUTH_LOGIN_SUCCESS("auth.login.success", Level.INFO, "a user has logged in"),
    AUTH_LOGIN_FAILURE("auth.login.failure", Level.WARN, "a password was refused"),
    AUTH_STUFFING("auth.stuffing", Level.WARN, "an address tries stolen passwords, or forged tokens"),
    AUTH_LOGOUT("auth.logout", Level.INFO, "a user has logged out"),
    AUTH_PASSWORD_CHANGED("auth.password.changed", Level.INFO, "a password was changed, other logins have ended"),
    AUTH_EMAIL_VERIFIED("auth.email.verified", Level.INFO, "a user has verified their e-mail address"),
    AUTH_PASSWORD_RESET(
            "auth.password.reset",
            Level.INFO,
            "a forgotten password was replaced by a link in a mail, all logins have ended"),
    AUTH_MAIL_FAILED("auth.mail.failed", Level.WARN, "a mail to a user was not sent, or may not have been"),
    AUTH_DELETION_BEGUN("auth.deletion.begun", Level.INFO, "a user has their account deleted"),
    AUTH_DELETION_DONE("auth.deletion.done", Level.INFO, "nothing is left of a user who had their account deleted"),
    AUTH_DELETION_FAILED(
            "auth.deletion.failed",
            Level.ERROR,
            "the deletion of a user broke off, an operator has to repeat it: DELETE /admin/users"),
    AUTH_FACTOR_ADDED("auth.factor.added", Level.INFO, "an account has a second factor from now on"),
    AUTH_FACTOR_REMOVED("auth.factor.removed", Level.INFO, "a second factor was removed"),
    AUTH_REFRESH_FAILURE("auth.refresh.failure", Level.WARN, "a refresh token was refused"),
    ROOM_CHANGED("room.changed", Level.INFO, "a room or its members were changed"),
    UPLOAD_RECEIVED("upload.received", Level.INFO, "a file was uploaded"),
    UPLOAD_REFUSED("upload.refused", Level.WARN, "an upload was refused, or broke off"),
    DOWNLOAD_REFUSED("download.refused", Level.WARN, "a download was refused, or broke off"),
    ADMIN_REFUSED("admin.refused", Level.WARN, "a call to the admin listener was refused"),
    ADMIN_REVOKED("admin.revoked", Level.INFO, "an operator revoked tokens, or ended a session"),
    ADMIN_AUDIT_READ("admin.audit.read", Level.INFO, "an operator read the audit log"),
    ADMIN_BANNED("admin.banned", Level.INFO, "an operator banned a user or addresses"),
    ADMIN_BAN_LIFTED("admin.ban.lifted", Level.INFO, "an operator lifted a ban"),
    ADMIN_NOTIFIED("admin.notified", Level.INFO, "an admin spoke to every open session"),
    ADMIN_PUBLISHED("admin.published", Level.INFO, "the application's server published messages"),
    ADMIN_MEMBER_CHANGED("admin.member.changed", Level.INFO, "an operator added a member to a room, or removed a user"),
    ADMIN_USER_EXPORTED("admin.user.exported", Level.INFO, "an operator read what is kept of a user"),
    ADMIN_UPLOADS_DELETED("admin.uploads.deleted", Level.INFO, "an operator deleted files of a user"),
    ADMIN_USER_DELETED("admin.user.deleted", Level.INFO, "an operator deleted a user"),
    ADMIN_HOLD_PLACED("admin.hold.placed", Level.INFO, "an operator placed a hold"),
    ADMIN_HOLD_LIFTED("admin.hold.lifted", Level.INFO, "an operator lifted a hold"),
    ADMIN_HOLDS_LISTED("admin.holds.listed", Level.INFO, "an operator listed the holds"),
    ADMIN_HELD_READ("admin.held.read", Level.INFO, "an operator read what a hold has kept"),
    ADMIN_FACTOR_REMOVED("admin.factor.removed", Level.INFO, "an operator removed the second factor of a user"),
    ADMIN_INVITED("admin.invited", Level.INFO, "an operator invited someone to create an account"),
    ADMIN_INVITATION_WITHDRAWN(
            "admin.invitation.withdrawn", Level.INFO, "an operator withdrew an invitation to create an account"),
    ADMIN_HOOKS_REVIVED("admin.hooks.revived", Level.INFO, "an operator had dead letters of hooks delivered again"),
    ADMIN_RELOADED("admin.reloaded", Level.INFO, "an operator had the configuration read again"),
    ADMIN_CHECKPOINT_MADE(
            "admin.checkpoint.made", Level.INFO, "an operator had a copy made of all that the node keeps on its disk"),
    ADMIN_BACKUP_MADE("admin.backup.made", Level.INFO, "an operator's backup is whole"),
    ADMIN_DRAINED("admin.drained", Level.INFO, "an operator had the node drain and stop"),
    CONFIG_CHANGED("config.changed", Level.INFO, "a setting has another value since the configuration was read again"),
    CONFIG_RELOADED("config.reloaded", Level.INFO, "the configuration was read again, and is in force"),
    CONFIG_REFUSED("config.refused", Level.ERROR, "the configuration was read again, and nothing of it is in force"),
    NODE_START("node.start", Level.INFO, "the node has started"),
    NODE_STOP("node.stop", Level.INFO, "the node stops"),
    NODE_LEASE_LOST("node.lease.lost", Level.ERROR, "this node's lease was lost, its sessions have ended"),
    CUTOFFS_MISSED(
            "cutoffs.missed", Level.ERROR, "cut-offs were lost, no frame passes until the live sessions are known"),
    MEMORY_FULL("memory.full", Level.WARN, "the memory for frames that wait for clients is full"),
    STORE_DOWN("store.down", Level.ERROR, "the store does not answer"),
    STORE_DEGRADED("store.degraded", Level.ERROR, "a part of the store does not answer, its users can't be served"),
    STORE_RESTORED("store.restored", Level.WARN, "the store was put back to the moment of a backup"),
    STORE_UP("store.up", Level.INFO, "the store answers again"),
    ARCHIVE_AWAY(
            "archive.away",
            Level.ERROR,
            "the archive does not answer or takes nothing, messages wait for it in the store"),
    ARCHIVE_UP("archive.up", Level.INFO, "the archive answers and takes messages again"),
    PEERS_UNAVAILABLE("peers.unavailable", Level.ERROR, "no node runs a stage that this node needs"),
    PEERS_AVAILABLE("peers.available", Level.INFO, "all stages that this node needs are available again");

    private final String id;
    private final Level level;
    private final String sentence;

    EventName(String id, Level level, String sentence) {
        this.id = id;
        this.level = level;
        this.sentence = sentence;
    }

    /** How an event stands when there are more than can be kept: which part of a queue or a table it may use. */
    public enum Priority {
        /** Events that any client causes by connecting and sending, and the application's server by publishing. */
        ORDINARY,
        /** A refused login, token or admin call. Strangers can cause these too, so they never get all of the reserve. */
        REFUSAL,
        /** Acts and states: logins, operators' acts, bans, revocations, and the node's own state. */
        FACT;

        private static final Set<EventName> ABOUT_CLIENTS =
                EnumSet.of(EventName.WS_BAN, EventName.WS_SESSION_REVOKED, EventName.WS_AUTH_FAILURE);

        public static Priority of(EventName name) {
            boolean client = name.id().startsWith("ws.") || name.id().startsWith("http.");
            if ((client && !ABOUT_CLIENTS.contains(name)) || name == EventName.ADMIN_PUBLISHED) {
                return ORDINARY;
            }
            return name.isRefusal() ? REFUSAL : FACT;
        }
    }

    /** The event that records a frame's refusal. */
    public static EventName of(Rejection why) {
        return why.fold(limited -> WS_RATELIMIT, failed -> of(failed.reason()));
    }

    private static EventName of(Reason reason) {
        return switch (reason) {
            case INVALID_JSON, VALIDATION_FAILED, UNKNOWN_TYPE, MESSAGE_TOO_LARGE -> WS_FRAME_INVALID;
            case FORBIDDEN, NOT_MEMBER, RESTRICTED -> WS_AUTHZ_DENIED;
            case CSRF_FAILED -> WS_CSRF_FAILURE;
            case NOT_FOUND, CONFLICT, UNAVAILABLE, TIMEOUT, UNSUPPORTED, INTERNAL -> WS_REFUSED;
        };
    }

    /** The name in the log. */
    public String id() {
        return id;
    }

    public Level level() {
        return level;
    }

    public String sentence() {
        return sentence;
    }

    /** Whether clients can cause it at will, so that repeats are aggregated. */
    public boolean isRefusal() {
        return level == Level.WARN;
    }
}
