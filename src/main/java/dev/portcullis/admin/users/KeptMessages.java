package dev.portcullis.admin.users;

import dev.portcullis.protocol.LowerCaseId;

/** What of a deleted user's messages is kept, in rooms and in the inboxes of others. */
public enum KeptMessages implements LowerCaseId {
    /** All of them, with their author and files. */
    KEEP,
    /** Their texts. Another author takes their places. */
    ANONYMISE,
    /** Their places: a deletion shows there. */
    ERASE;

    public boolean namesUser() {
        return this == KEEP;
    }

    boolean hasTexts() {
        return this != ERASE;
    }
}
