package dev.portcullis.protocol;

import java.util.Locale;

/** Calls over HTTP that have a limit of their own, and do not count as frames. No event of an application has such a name. */
public enum CallAction implements ClientAction {
    /** Downloading a file, or asking whether it is there. */
    FILE_DOWNLOAD,
    /** Reading and changing the own block list. */
    BLOCK_LIST,
    /** Reading the own account and its logins, and ending one of these. */
    OWN_ACCOUNT;

    private final String id = name().toLowerCase(Locale.ROOT);

    @Override
    public String id() {
        return id;
    }
}
