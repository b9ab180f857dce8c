package dev.portcullis.auth.password;

import java.util.Arrays;
import java.util.List;

/**
 * The ranks of passwords that wait to be checked, first to last. Each rank has a share of the threads and of the places to
 * wait, which no number of others takes.
 */
public enum Precedence {
    /** The account is used with this device, or from this address. */
    KNOWN(8),
    /**
     * A user who is logged in. These have a share of their own: otherwise a few accounts could keep all other users from
     * logging in.
     */
    USER(4),
    /** The client is unknown, and has worked for it. */
    WORKED(4),
    /** The client is unknown, and no stranger has failed to log in to the account lately. */
    UNFAILED(2),
    /** The client is unknown, and a stranger has. */
    FAILED(1);

    private final int share;

    Precedence(int share) {
        this.share = share;
    }

    /** The place of its share among {@link #shares}. */
    int rank() {
        return List.of(values()).indexOf(this);
    }

    static List<Integer> shares() {
        return Arrays.stream(values()).map(each -> each.share).toList();
    }
}
