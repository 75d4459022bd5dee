"""The files of a Salesforce weekly export: key prefix and columns, in Salesforce's own order.

Standard objects carry a subset of the columns of a real multi-currency export, and the company's
own fields last.
"""

from __future__ import annotations

CUSTOM = "Id,IsDeleted,Name,CurrencyIsoCode,CreatedDate,"

# Key prefixes are Salesforce's own (001 an account); custom objects count from a01.
OBJECTS: dict[str, tuple[str, str]] = {
    "User": (
        "005",
        "Id,Username,FirstName,LastName,Department,Title,Email,IsActive,CurrencyIsoCode,UserType,"
        "CreatedDate,LastModifiedDate,SystemModstamp",
    ),
    "Account": (
        "001",
        "Id,IsDeleted,MasterRecordId,Name,Type,ParentId,BillingCity,BillingCountry,Industry,"
        "NumberOfEmployees,CurrencyIsoCode,OwnerId,CreatedDate,LastModifiedDate,LastModifiedById,"
        "SystemModstamp,LastActivityDate,AccountSource,Segment__c,Persona__c,Size_Band__c,"
        "Language__c,Is_Staff_Or_Partner__c",
    ),
    "Contact": (
        "003",
        "Id,IsDeleted,MasterRecordId,AccountId,FirstName,LastName,Title,Department,CurrencyIsoCode,"
        "OwnerId,HasOptedOutOfEmail,CreatedDate,LastModifiedDate,SystemModstamp,"
        "Has_Reference_Consent__c",
    ),
    "Opportunity": (
        "006",
        "Id,IsDeleted,AccountId,Name,StageName,Amount,Probability,CloseDate,Type,LeadSource,"
        "IsClosed,IsWon,ForecastCategory,CurrencyIsoCode,CampaignId,OwnerId,CreatedDate,"
        "LastModifiedDate,SystemModstamp,LastStageChangeDate",
    ),
    "OpportunityHistory": (
        "008",
        "Id,OpportunityId,CreatedDate,StageName,Amount,CloseDate,Probability,"
        "ForecastCategory,FromOpportunityStageName,CurrencyIsoCode,SystemModstamp,IsDeleted,"
        "PrevAmount,PrevCloseDate",
    ),
    "Case": (
        "500",
        "Id,IsDeleted,CaseNumber,ContactId,AccountId,Type,Status,Origin,Subject,Priority,IsClosed,"
        "ClosedDate,IsEscalated,CurrencyIsoCode,OwnerId,CreatedDate,LastModifiedDate,"
        "SystemModstamp,Is_Complaint__c,CSAT__c",
    ),
    "Task": (
        "00T",
        "Id,WhoId,WhatId,Subject,ActivityDate,Status,Priority,OwnerId,Description,CurrencyIsoCode,"
        "Type,IsDeleted,AccountId,IsClosed,CreatedDate,LastModifiedDate,SystemModstamp,CallType,"
        "Theme__c,Competitor__c,Channel__c,Follow_Up_Due__c,Follow_Up_Done__c",
    ),
    "Lead": (
        "00Q",
        "Id,IsDeleted,FirstName,LastName,Title,Company,Country,LeadSource,Status,Industry,"
        "CurrencyIsoCode,OwnerId,IsConverted,ConvertedDate,ConvertedAccountId,ConvertedContactId,"
        "ConvertedOpportunityId,CreatedDate,LastModifiedDate,SystemModstamp,Persona__c",
    ),
    "Campaign": (
        "701",
        "Id,IsDeleted,Name,ParentId,Type,Status,StartDate,EndDate,CurrencyIsoCode,BudgetedCost,"
        "ActualCost,IsActive,OwnerId,CreatedDate,LastModifiedDate,SystemModstamp,Objective__c",
    ),
    "CampaignMember": (
        "00v",
        "Id,IsDeleted,CampaignId,LeadId,ContactId,Status,HasResponded,CreatedDate,"
        "LastModifiedDate,SystemModstamp,FirstRespondedDate,CurrencyIsoCode",
    ),
    "Order": (
        "801",
        "Id,ContractId,AccountId,OriginalOrderId,EffectiveDate,IsReductionOrder,Status,StatusCode,"
        "CurrencyIsoCode,OrderNumber,TotalAmount,CreatedDate,IsDeleted,SystemModstamp",
    ),
    "Subscription__c": (
        "a01",
        CUSTOM + "Account__c,Start_Date__c,End_Date__c,MRR__c,Is_Trial__c,Renewal_Date__c,"
        "Cancelled_Date__c,End_Reason__c,Product__c,Change_Reason__c",
    ),
    "Survey_Response__c": (
        "a02",
        CUSTOM + "Account__c,Responded_On__c,Instrument__c,Score__c,Comment__c,Is_Complaint__c,"
        "Journey_Stage__c,Wave__c",
    ),
    "Need__c": (
        "a03",
        CUSTOM + "Account__c,Assessed_On__c,Journey_Stage__c,Need__c,Is_Met__c,Importance__c,"
        "Accountable_Function__c",
    ),
    "Advocacy_Activity__c": (
        "a04",
        CUSTOM + "Account__c,Occurred_On__c,Kind__c,Is_Solicited__c,Rating__c,Opportunity__c,"
        "Reward_Code__c",
    ),
    "Usage__c": ("a05", CUSTOM + "Account__c,Week_Start__c,Usage__c,Active_Users__c"),
    "Billing_Event__c": ("a06", CUSTOM + "Account__c,Occurred_On__c,Kind__c,Amount__c"),
    "Cost__c": ("a07", CUSTOM + "Month__c,Purpose__c,Channel__c,Amount__c"),
    "Reference_Ask__c": (
        "a08",
        CUSTOM + "Account__c,Asked_On__c,Contact__c,For_Account__c,For_Opportunity__c,Outcome__c",
    ),
    "Programme_Member__c": (
        "a09",
        CUSTOM + "Programme__c,Account__c,Assigned_On__c,Arm__c,Ended_On__c",
    ),
    "Survey_Invitation__c": ("a10", CUSTOM + "Account__c,Invited_On__c,Instrument__c,Wave__c"),
}

PLAIN_FILES: dict[str, str] = {
    "exchange_rates": "currency,fiscal_year,rate",
    "targets": "metric,period_start,value,dimension,dimension_value,tolerance",
    "events": "occurred_on,label,metric,resets_baseline",
}

NULL_LOOKUP = "000000000000000AAA"
NULL_CURRENCY = "000"
