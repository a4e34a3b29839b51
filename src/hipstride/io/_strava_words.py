"""The words of Strava's list of activities, in the languages of its accounts.

The first row of ``activities.csv`` and the kinds of activity are written in the
language that the account is set to. The headers are as public programs that read such
exports have them; where a column is called otherwise, its place tells it, which is the
same in all languages.
"""

from __future__ import annotations

import re

from hipstride.io._csv_text import key
from hipstride.io._sports import sport_of

__all__ = ["HEADERS", "PLACES", "header_key", "strava_sport"]

_TAG = re.compile(r"<[^<>]*>")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")

_NAMES: dict[str, str] = {
    "id": "activity id,aktivitäts-id,id de l'activité,id de actividad,"
    "id de la actividad,id attività,id dell'attività,id da atividade,activiteits-id",
    "date": "activity date,aktivitätsdatum,date de l'activité,fecha de la actividad,"
    "fecha de actividad,data dell'attività,data attività,data da atividade,"
    "datum van activiteit",
    "name": "activity name,name der aktivität,nom de l'activité,"
    "nombre de la actividad,nombre de actividad,nome attività,nome dell'attività,"
    "nome da atividade,naam activiteit,naam van activiteit",
    "type": "activity type,aktivitätsart,type d'activité,tipo de actividad,"
    "tipo di attività,tipo attività,tipo de atividade,activiteitstype",
    "sport": "sport type",
    "description": "activity description,description,aktivitätsbeschreibung,"
    "beschreibung,description de l'activité,descripción de la actividad,"
    "descrizione dell'attività,descrizione attività,descrição da atividade,"
    "beschrijving activiteit,beschrijving van activiteit",
    "elapsed": "elapsed time,verstrichene zeit,temps écoulé,tiempo transcurrido,"
    "tempo trascorso,tempo decorrido,verstreken tijd",
    "distance": "distance,distanz,distancia,distanza,distância,afstand",
    # Strava's German calls the private note a hint at privacy.
    "private_note": "activity private note,hinweis zur privatsphäre für aktivitäten,"
    "note privée sur les activités,nota privada de la actividad,"
    "nota privata sull'attività,nota privada da atividade,privénotitie activiteit",
    "gear": "activity gear,aktivitätsausrüstung,matériel utilisé pour l'activité,"
    "attrezzatura attività",
    "file": "filename,dateiname,nom du fichier,nombre de archivo,nombre del archivo,"
    "nome file,nome del file,nome do arquivo,nome do ficheiro,bestandsnaam",
    "rpe": "perceived exertion,gefühlte anstrengung,effort perçu,esfuerzo percibido,"
    "sforzo percepito,esforço percebido,percepção de esforço,ervaren inspanning",
}
# From the key of a header to what the column holds.
HEADERS = {
    key(word): ours for ours, words in _NAMES.items() for word in words.split(",")
}

# Where the columns stand in the long layout of all languages, with the file at 12.
PLACES = {
    "id": (0,),
    "date": (1,),
    "name": (2,),
    "type": (3,),
    "description": (4,),
    "elapsed": (5, 15),
    "distance": (6, 17),
    "private_note": (10,),
    "gear": (11,),
    "file": (12,),
    "rpe": (43,),
}

_SPORTS: dict[tuple[str, str], str] = {
    ("running", ""): "hardloopsessie hardloop corsa_su_strada course",
    ("running", "trail"): "trail traillauf trailrun trail_run trailrunning "
    "carrera_de_montana carrera_por_senderos carrera_de_trail corsa_su_sentiero "
    "trail_running corrida_em_trilha corrida_de_trilha course_sur_sentier "
    "trailloopsessie",
    ("running", "virtual_activity"): "virtueller_lauf virtuelle_laufeinheit "
    "course_a_pied_virtuelle course_virtuelle carrera_virtual corsa_virtuale "
    "corrida_virtual virtuele_hardloopsessie",
    ("cycling", ""): "radfahrt velo sortie_a_velo bicicleta pedalata giro_in_bici "
    "pedalada ciclismo fietsrit e_bike_ride ebike_ride gravel_ride",
    ("cycling", "mountain"): "mountain_bike_ride mountainbike_ride",
    ("cycling", "virtual_activity"): "virtual_ride virtuelle_radfahrt "
    "velo_virtuel virtuele_fietsrit",
    ("walking", ""): "spaziergang gehen marche caminata camminata caminhada wandeling "
    "wandelen",
    ("hiking", ""): "wanderung wandern randonnee senderismo escursione escursionismo "
    "trilha hiken",
    ("swimming", ""): "schwimmen natation natacion nuoto natacao zwemmen",
}
_BY_WORD = {word: sport for sport, words in _SPORTS.items() for word in words.split()}


def header_key(cell: str) -> str:
    """Give the key of a header, out of the HTML that untranslated ones stand in.

    Examples
    --------
    >>> header_key('<span class="translation_missing" title="x">Sport Type</span>')
    'sport_type'
    """
    return key(_TAG.sub(" ", cell))


def strava_sport(word: str) -> tuple[str, str]:
    """Translate a kind of activity; two empty texts for one that is not known.

    Examples
    --------
    >>> strava_sport("Course à pied"), strava_sport("TrailRun"), strava_sport("Yoga")
    (('running', ''), ('running', 'trail'), ('', ''))
    """
    parted = _HUMP.sub(" ", word)
    sport, sub_sport, _ = sport_of(parted)
    if sport:
        return sport, sub_sport
    plain = _plain(parted)
    return _BY_WORD.get(plain, ("", ""))


def _plain(word: str) -> str:
    """Give the key of a word without its accents."""
    return key(word).translate(_ACCENTS)


_ACCENTS = str.maketrans("àáâãäçèéêëìíîïñòóôõöùúûü", "aaaaaceeeeiiiinooooouuuu")
