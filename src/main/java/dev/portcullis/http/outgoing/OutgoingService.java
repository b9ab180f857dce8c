package dev.portcullis.http.outgoing;

import dev.portcullis.protocol.LowerCaseId;

/** The outside services that a node may call: the values of a metric's label, so none comes from outside. */
public enum OutgoingService implements LowerCaseId {
    /** The servers from which the keys of issuers are read. */
    KEYS,
    /** Decides about messages before they are published. */
    CONTENT_HOOK,
    /** Says what is known of an address. */
    REPUTATION,
    /** Says which rooms a user may enter. */
    ROOM_AUTHORIZER,
    /** Says who may write to whom directly. */
    DIRECT_HOOK,
    /** Sends mails to users of accounts. */
    MAIL_HOOK,
    /** The store of the files that users upload. */
    FILE_STORE,
    /** Is told what happened. */
    HOOKS;

    /** An application gives mails to servers that anyone may have, so what they do must not keep it from the mails of others. */
    boolean hasBreaker() {
        return this != MAIL_HOOK;
    }
}
