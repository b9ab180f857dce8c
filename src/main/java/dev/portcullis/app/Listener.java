package dev.portcullis.app;

import dev.portcullis.config.Loopback;
import dev.portcullis.http.Address;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a listener binds.
 *
 * @param port 0 takes any free one
 */
public record Listener(String host, int port) {
    private static final Pattern EVERYWHERE = Pattern.compile("(?i)0+(\\.0+){0,3}|[0:]+|::ffff:0\\.0\\.0\\.0");

    /** The native transport has an exception of its own where the JDK throws a BindException; both are of I/O. */
    Throwable unopened(Throwable broken, String hostKey, String portKey) {
        if (broken instanceof UnknownHostException) {
            return new StartFailure("can't listen on " + this + ": no address is known for that name; set " + hostKey);
        }
        return broken instanceof IOException
                ? new StartFailure("can't listen on " + this
                        + ": it is in use or not ours; stop what listens there, or set " + portKey)
                : broken;
    }

    boolean onLoopback() {
        return Loopback.isMeantBy(host);
    }

    /** Whether both can't be had at once, or may not: what a name stands for can change after the check (CWE-367). */
    boolean meets(Listener other) {
        return port == other.port && port != 0 && (isEverywhere() || other.isEverywhere() || isSameHost(other));
    }

    private boolean isEverywhere() {
        return EVERYWHERE.matcher(host).matches();
    }

    private boolean isSameHost(Listener other) {
        Optional<Address> mine = Address.parse(host);
        Optional<Address> its = Address.parse(other.host);
        return mine.isEmpty() || its.isEmpty() || mine.equals(its);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
