package dev.portcullis.edge.frame;

class TokenRefreshIT extends TokenRefreshContract {
    @Override
    String[] store() {
        return new String[] {"stages={\"edge\": 2, \"auth\": 2, \"ratelimit\": 1, \"rooms\": 2, \"broadcast\": 2}"};
    }
}
