package kairos;

import java.util.List;

import de.bwaldvogel.mongo.MongoVersion;

/** The oldest server that the drivers of today accept. */
final class Version implements MongoVersion {
    @Override
    public List<Integer> getVersionArray() {
        return List.of(4, 4, 0, 0);
    }

    @Override
    public int getWireVersion() {
        return 9;
    }
}
