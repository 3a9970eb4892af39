const { spawnUrl, implicitSpawnSeconds } = document.getElementById('not-running').dataset;
const seconds = Number(implicitSpawnSeconds);

if (spawnUrl && seconds > 0) setTimeout(() => location.assign(spawnUrl), seconds * 1000);
