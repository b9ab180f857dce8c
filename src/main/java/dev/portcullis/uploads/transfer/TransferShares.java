package dev.portcullis.uploads.transfer;

/**
 * How many transfers may run at a time.
 *
 * @param perUser of one user
 * @param perAddress of one address, for users who have one already
 */
public record TransferShares(int node, int perUser, int perAddress) {
    /** The last places are for users who have none. */
    int shared() {
        return node - node / 4;
    }

    /** Half of the last places are for users at addresses that have less than their share. */
    int crowded() {
        return node - node / 8;
    }
}
