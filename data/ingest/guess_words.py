"""What columns are called, and what stands in them, in several languages: the words `guess` compares."""

import re
import unicodedata

from data.ingest.mapping import Target


def _parts(words: str) -> list[str]:
    return words.split(" ")


_SAY_NOTHING = frozenset(
    _parts(
        "a an and of the at on in by am um der die das den de del la le les du da do dos el il på den det van "
        "date time datetime timestamp ts dt utc datum zeit zeitpunkt uhrzeit fecha hora heure tid tidpunkt tijd "
        "data dato ticket tickets case incident request issue enquiry vorgang anfrage arende billet demande "
        "caso chamado solicitud sag zaak melding name value field text"
    )
)
"""Words that tell one column from another seldom: left out where others remain."""


def key(name: str) -> frozenset[str]:
    """The words of a column's name that say something, plain and in small letters.

    Example:
        >>> sorted(key("Ticket.createdAt")), sorted(key("Priorität")), sorted(key("Ticket"))
        (['created'], ['prioritat'], ['ticket'])
    """
    words = frozenset(plain(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)).split())
    return words - _SAY_NOTHING or words


def plain(text: str) -> str:
    """A text without case, accents and signs, its words parted by one space.

    Example:
        >>> plain("Gelöst_am (UTC)")
        'gelost am utc'
    """
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(letter if letter.isalnum() else " " for letter in letters if not unicodedata.combining(letter))
    return " ".join(kept.split())


def _keys(names: str) -> tuple[frozenset[str], ...]:
    return tuple(key(name) for name in names.split(","))


NAMES: dict[Target, tuple[frozenset[str], ...]] = {
    "ticket_id": _keys(
        "ticket id,id,ticket number,number,ticket no,nr,key,issue key,reference,ref,ticket,case,incident,"
        "ticketnummer,vorgangsnummer,nummer,numero,número,ärendenummer,ärende,ärende-id,folio,zaaknummer,sagsnummer,"
        "codigo,vorgang"
    ),
    "created_at": _keys(
        "created,created at,creation,create,opened,open,submitted,reported,received,registered,logged,raised,"
        "erstellt,eröffnet,angelegt,eingegangen,erfasst,skapad,inkommen,créé,création,ouvert,ouverture,creado,"
        "creación,apertura,abierto,aangemaakt,criado,criação,abertura,creato,creazione,oprettet,opprettet,start"
    ),
    "updated_at": _keys(
        "updated,last update,last updated,modified,last modified,last activity,last change,update,"
        "geändert,aktualisiert,letzte änderung,uppdaterad,ändrad,senast ändrad,modifié,mis à jour,actualizado,"
        "modificado,gewijzigd,bijgewerkt,atualizado,aggiornato,opdateret,oppdatert"
    ),
    "first_responded_at": _keys(
        "first response,first reply,first responded,first replied,initial response,first answer,first contact,"
        "answered,responded,replied,response,acknowledged,erste antwort,erstantwort,erste reaktion,beantwortet,"
        "första svar,första svaret,besvarad,première réponse,répondu,primera respuesta,respondido,eerste reactie,"
        "eerste antwoord,primeira resposta,prima risposta,første svar"
    ),
    "resolved_at": _keys(
        "resolved,resolution,solved,completed,fixed,closed,closing,close,finished,ended,done,"
        "gelöst,erledigt,behoben,abgeschlossen,geschlossen,löst,avslutad,stängd,åtgärdad,résolu,résolution,clôturé,"
        "fermé,resuelto,resolución,cerrado,cierre,opgelost,afgehandeld,gesloten,resolvido,fechado,risolto,"
        "chiuso,løst,lukket"
    ),
    "first_response_due_at": _keys(
        "first response due,response due,first reply due,reply due,first response target,response target,"
        "response deadline,first response deadline,respond by,antwort fällig,antwort frist,réponse échéance,"
        "respuesta vencimiento,svar senast"
    ),
    "resolution_due_at": _keys(
        "resolution due,due,promised,resolution target,resolution deadline,deadline,sla due,due by,resolve by,target,"
        "sla target,target resolution,breach,fällig,lösung fällig,frist,zieltermin,förfaller,förfallodatum,échéance,"
        "date limite,vencimiento,fecha límite,límite,vervaldatum,streefdatum,prazo,vencimento,scadenza"
    ),
    "first_response_verdict": _keys(
        "first response status,response status,response sla,first response sla,response met,first response met,"
        "first response breached,response breached,response violated,first reply sla,response sla met,"
        "response sla breached,first response sla met,first response sla breached,reaktion sla,antwort sla"
    ),
    "resolution_verdict": _keys(
        "resolution status,resolution sla,sla status,sla,sla met,made sla,sla breached,breached,has breached,"
        "violated,sla violated,sla violation,overdue,on time,ontime,within sla,sla result,resolution met,"
        "resolution breached,resolution sla met,resolution sla breached,resolution violated,late,"
        "sla eingehalten,sla verletzt,sla erfüllt,pünktlich,verspätet,sla respecté,en retard,cumple sla,"
        "sla cumplido,vencido,binnen sla"
    ),
    "status": _keys("status,state,ticket status,zustand,estado,statut,état,stato,situação,stage,tillstånd,tilstand"),
    "cancelled": _keys("cancelled,canceled,cancellation,merged,spam,deleted,storniert,annulé,cancelado,avbruten"),
    "created_by": _keys("created by,created by type,opened by,creator,creator type,author type,erstellt von"),
    "priority": _keys(
        "priority,urgency,severity,prio,impact,priorität,dringlichkeit,prioritet,priorité,urgence,prioridad,urgencia,"
        "prioriteit,prioridade,priorità,urgenza"
    ),
    "category": _keys(
        "category,type,topic,reason,subcategory,product,kategorie,typ,art,thema,kategori,catégorie,type demande,"
        "categoría,tipo,motivo,categorie,soort,categoria,ämne"
    ),
    "channel": _keys(
        "channel,source,via,contact type,medium,kanal,quelle,herkunft,canal,kanaal,bron,origem,canale,origen"
    ),
    "region": _keys(
        "region,country,location,site,city,neighborhood,neighbourhood,office,land,standort,ort,pays,région,"
        "ville,país,región,ciudad,regio,plaats,ort,regione,paese"
    ),
    "plan": _keys(
        "plan,tier,subscription,account tier,package,service level,contract,tarif,vertrag,abonnement,contrato"
    ),
    "customer": _keys(
        "customer,company,organization,organisation,account,client,requester,requester organization,kunde,firma,"
        "unternehmen,kund,företag,société,entreprise,cliente,empresa,klant,bedrijf,organisatie,azienda,kunde navn"
    ),
    "team": _keys(
        "team,group,squad,assignment group,assigned group,queue,department,support group,gruppe,abteilung,grupp,"
        "avdelning,équipe,groupe,service,equipo,grupo,departamento,groep,afdeling,equipe,gruppo,squadra,kø,kö"
    ),
    "agent": _keys(
        "agent,assignee,assigned to,assigned,owner,technician,handler,responsible,bearbeiter,zuständig,zugewiesen,"
        "handläggare,tilldelad,assigné,technicien,agente,asignado,técnico,behandelaar,toegewezen,responsável,"
        "assegnatario,sagsbehandler"
    ),
}
"""What the column of a field may be called, the likeliest name first."""

_STATUSES = {
    "new": "new,neu,ny,nouveau,nouvelle,nuevo,nieuw,novo,nuovo,unassigned,submitted,to do,backlog",
    "open": "open,opened,active,assigned,in progress,work in progress,reopened,offen,in bearbeitung,in arbeit,"
    "zugewiesen,öppen,pågående,ouvert,en cours,abierto,en curso,en progreso,in behandeling,aberto,em andamento,"
    "aperto,in corso,åben,åpen,escalated",
    "pending": "pending,waiting,waiting for customer,waiting on customer,awaiting customer,awaiting reply,"
    "awaiting user info,waiting for user,customer pending,wartend,warten auf kunde,warten auf kunden,"
    "wartet auf kunde,rückfrage,väntar,väntar på kund,en attente,en attente client,pendiente,esperando cliente,"
    "wacht op klant,in afwachting,pendente,in attesa",
    "on_hold": "on hold,hold,waiting for third party,waiting on third party,awaiting vendor,waiting for vendor,"
    "suspended,deferred,blocked,zurückgestellt,pausiert,warten auf dritte,vilande,parkerad,suspendu,en espera,"
    "suspendido,in de wacht,em espera,sospeso",
    "resolved": "resolved,solved,finished,done,completed,complete,fixed,gelöst,erledigt,behoben,löst,åtgärdad,résolu,"
    "résolue,resuelto,opgelost,resolvido,risolto,løst",
    "closed": "closed,close,closed complete,geschlossen,abgeschlossen,stängd,avslutad,fermé,clos,clôturé,cerrado,"
    "gesloten,afgesloten,fechado,encerrado,chiuso,lukket",
}
_KEPT = "within sla,in sla,met,sla met,achieved,hit,on time,ontime,in time,kept,ok,eingehalten,erfüllt,"
"pünktlich,i tid,"
_KEPT += "respecté,à temps,cumplido,a tiempo,op tijd,no prazo"
_BROKEN = "sla violated,violated,breached,missed,overdue,late,failed,not met,out of sla,verletzt,verspätet,nicht "
_BROKEN += "eingehalten,försenad,non respecté,en retard,incumplido,vencido,te laat,atrasado"
_YES, _NO = "yes,true,1,y,t,ja,wahr,oui,vrai,si,sim,verdadero", "no,false,0,n,f,nein,nej,falsch,non,faux,nao,"
"nee,falso"
_CANCELLED = {
    "merged": "merged,merge,duplicate,zusammengeführt,duplikat,sammanslagen,fusionné,doublon,fusionado,duplicado",
    "spam": "spam,junk,skräp",
    "deleted": "deleted,removed,trash,cancelled,canceled,withdrawn,gelöscht,storniert,raderad,avbruten,supprimé,"
    "annulé,eliminado,cancelado",
    "test": "test,testing",
}
_CREATORS = {
    "customer": "customer,user,requester,end user,contact,client,kunde,kund,cliente",
    "agent": "agent,staff,support,employee,admin,technician,mitarbeiter,handläggare,agente",
}
_WORSE = frozenset(
    _parts(
        "breach breached breaches violated violation violations overdue late missed failed verletzt verspatet retard "
        "vencido forsenad"
    )
)
"""Words in a column's name that make its "yes" a breach."""


def _table(words: dict[str, str]) -> dict[str, str]:
    return {plain(each): ours for ours, each_of in words.items() for each in each_of.split(",")}


_MEANINGS = {
    "status": _table(_STATUSES),
    "cancelled": _table(_CANCELLED),
    "created_by": _table(_CREATORS),
}
_VERDICT = _table({"met": _KEPT, "breached": _BROKEN})
_SAID = _table({"yes": _YES, "no": _NO})


def meaning(field: str, word: str, column: str) -> str | None:
    """Our word for one of a file's; None where it is not known.

    Args:
        field: the field its column means.
        word: as it stands in the file.
        column: its name, which says whether a "yes" is good.

    Example:
        >>> meaning("resolution_verdict", "Yes", "SLA met"), meaning("resolution_verdict", "Yes", "SLA breached")
        ('met', 'breached')
        >>> meaning("status", "Warten auf Kunde", "Zustand")
        'pending'
    """
    said = plain(word)
    if field in _MEANINGS:
        return _MEANINGS[field].get(said)
    if said in _VERDICT:
        return _VERDICT[said]
    if said in _SAID:
        return "met" if (_SAID[said] == "yes") is _WORSE.isdisjoint(plain(column).split()) else "breached"
    return None
