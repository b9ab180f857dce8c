package dev.portcullis.app.init;

import java.util.List;
import java.util.regex.Pattern;

/** What is asked, in this order. */
public enum SetupQuestion {
    USE("""
            What for?
              try      this machine alone, for development
              server   one server
              cluster ADDRESS,ADDRESS,…   a node of a cluster: its own address first, then those of the other nodes.
                       It needs its certificates in the folder tls beside this file ('portcullis certs' makes them),
                       and a firewall that closes port 5701 to all but these nodes.""", "cluster"),
    ORIGIN("The origin of your page, such as https://chat.example.com?", "origin"),
    TOKENS("""
            Who issues the tokens of users?
              secret     your backend, with a secret that it shares with this server
              accounts   this server: users register and log in here
              https://…  the URL of the key set (JWKS) of an identity provider""", "auth|accounts"),
    TLS("""
            Where does TLS end?
              proxy ADDRESS,ADDRESS,…   at a proxy with one of these addresses or ranges
              CERTIFICATE,KEY           here, with the paths of these two PEM files""", "tls|http"),
    DATA(
            "Where does the data go? A folder; for a cluster the URI of its Redis, such as redis://127.0.0.1:6379.",
            "store|audit");

    private final String text;
    private final Pattern paths;

    /** @param sections those of the configuration that the answer decides */
    SetupQuestion(String text, String sections) {
        this.text = text;
        this.paths = Pattern.compile("(?:" + sections + ")(?:\\..*)?");
    }

    public List<String> lines() {
        return text.lines().toList();
    }

    /** Whether a problem at this path of the configuration comes from the answer. */
    boolean owns(String path) {
        return paths.matcher(path).matches();
    }
}
