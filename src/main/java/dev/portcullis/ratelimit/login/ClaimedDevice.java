package dev.portcullis.ratelimit.login;

/**
 * A device that a client claims to be: the account may know it or not.
 *
 * @param account the key of the account
 * @param token a token that only the device has
 */
public record ClaimedDevice(String account, String token) {
    @Override
    public String toString() { // with the token a stranger is taken for the user (CWE-532)
        return "ClaimedDevice";
    }
}
